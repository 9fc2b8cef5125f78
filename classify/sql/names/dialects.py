"""How each dialect resolves names, as data: one row per dialect, and the walk reads the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import astuple, evolve

from classify.errors import UsageError
from classify.names import FOLDING, Folding, nearest_dialect
from classify.sql.names import setting_words
from classify.sql.names.dialect_row import STATEMENT_WORDS, AliasRule, DialectRow

_OWN_STATEMENT_WORDS = frozenset(
    "backup break bulk checkpoint close commit continue dbcc deallocate declare deny end exec execute goto if kill "
    "open print raiserror readtext reconfigure restore return revert save set shutdown truncate use waitfor while "
    "writetext".split()
)
# The SQL standard's value functions without parentheses (ISO 9075-2, 6.4 and 6.32); engines add to them below.
_STANDARD_NILADIC = frozenset(
    "current_date current_time current_timestamp localtime localtimestamp current_user session_user "
    "system_user user current_role current_schema current_catalog".split()
)
# SQLite, "JSON Functions And Operators": the columns of json_tree.
_JSON_TREE = ("key", "value", "type", "atom", "id", "parent", "fullkey", "path")
# DuckDB, "Lambda functions".
_LIST_LAMBDAS = frozenset(
    "apply array_apply array_filter array_reduce array_transform filter invoke list_apply list_filter list_reduce "
    "list_transform reduce transform".split()
)
# Doris and StarRocks, "Array functions"; elsewhere their arrow is the operator of JSON.
_ARRAY_LAMBDAS = frozenset(
    "all_match any_match array_count array_exists array_filter array_first array_first_index array_last "
    "array_last_index array_map array_sort array_sortby array_split array_reverse_split map_apply map_filter transform "
    "transform_keys transform_values".split()
)


def _rows() -> Mapping[str, DialectRow]:
    column, alias = AliasRule.COLUMN_FIRST, AliasRule.ALIAS_FIRST
    found: dict[str, DialectRow] = {}

    def row(name: str, **cells: Any) -> None:
        base = DialectRow(name, FOLDING[name].datasets, FOLDING[name].columns, niladic=_STANDARD_NILADIC)
        found[name] = evolve(base, **cells)

    # A dialect without a row of its own resolves names the way most engines do; what only some allow is unresolved.
    for name in FOLDING:
        row(name)

    # PostgreSQL: SELECT manual page (GROUP BY takes an input column before an output name, ORDER BY a bare output name
    # first and input columns alone in expressions); "5.5 System Columns"; whole-row references in "8.16.5".
    postgres = {
        "wording": "postgres",
        "settings": setting_words.POSTGRES,
        "end_commits": True,  # "END"
        "settings_roll_back": True,  # "SET": its effects disappear when the transaction is rolled back
        "group": column,
        "group_expression": AliasRule.NO,
        "on_sees_join_alone": True,  # "7.2.1 The FROM Clause": JOIN binds more tightly than a comma
        "open_slices": True,  # "8.15.3 Accessing Arrays"
        "nested_comments": True,  # "4.1.5 Comments"
        "temporary_schemas": frozenset(("pg_temp",)),  # "19.11.1 Statement Behavior", search_path
        "variables": False,  # "9.3 Mathematical Functions": `@ x` is the absolute value
        "whole_row": True,
        "into_makes_tables": True,  # "SELECT INTO"; Redshift alike
        "proposed_asks": True,  # "INSERT", `conflict_action`: SELECT on the columns read of `excluded`
        "empty_select": True,  # "SELECT", "Omitting the SELECT List"
        "row_images": ("old", "new"),  # since version 18: "INSERT" and "UPDATE", RETURNING
        "pseudo_columns": frozenset("ctid tableoid xmin xmax cmin cmax".split()),
    }
    row("postgres", **postgres)
    row("materialize", **postgres)
    row("risingwave", **postgres)
    # Redshift: lateral column aliases ("SELECT list"), a column before an alias.
    own = {"where": column, "projection": column, "having": column, "struct_paths": True}
    row("redshift", **{**postgres, **own, "settings": setting_words.REDSHIFT})

    # DuckDB: "Friendly SQL": aliases reusable in SELECT, WHERE, GROUP BY, HAVING; columns win in WHERE and SELECT.
    row(
        "duckdb",
        wording="duckdb",
        settings=setting_words.DUCKDB,
        function_columns={"json_each": (*_JSON_TREE, "json"), "json_tree": (*_JSON_TREE, "json")},
        end_commits=True,  # "Transaction management"
        late_views=True,  # tried: a view made under one schema reads another's tables after USE
        where=column,
        group=column,
        having=column,
        qualify=column,
        order_expression=column,
        projection=column,
        struct_paths=True,
        whole_row=True,
        array_tables=False,
        lateral_subqueries=True,
        asks_unused_ctes=False,
        methods=True,
        path_in_text=True,  # "Configuration": `search_path`
        columns_function=True,  # "Star expression", COLUMNS
        merged_in_place=True,  # as its binder does
        lambdas=_LIST_LAMBDAS,
        open_slices=True,  # "List functions": slicing
        constant_columns=True,  # as its binder does
        row_before_alias=True,  # as its binder does
        on_sees_join_first=True,  # as its binder does
        ungrouped_is_outer=True,  # as its binder does
        nested_comments=True,  # as its parser does, which is PostgreSQL's
        temporary_schemas=frozenset(("temp",)),
        use_schema="main",  # "USE": a database, with its schema main, or a schema
        use_may_name_schema=True,
        variables=False,  # "Numeric functions": `@x` is the absolute value
        unnest_spreads=True,  # "Unnesting": structs
        alias_qualifier="alias",  # "SELECT clause": `alias.x`, since version 1.4
        union_order_sees_branches=True,  # as its binder does; the leftmost branch that has the name wins
        values_name="col{1}",
        pseudo_columns=frozenset(("rowid",)),
    )
    # SQLite: "SELECT" and the resolver's own rules: a column wins over an alias outside ORDER BY; "Quirks" for text.
    row(
        "sqlite",
        function_columns={"json_each": _JSON_TREE},  # "JSON Functions": the columns of both are the same
        end_commits=True,  # "Transaction"
        where=column,
        group=column,
        having=column,
        order_expression=column,
        quoted_text=True,
        typed_constants=False,  # "SELECT": a text behind a column is its alias
        functions_see_later=True,  # "The Virtual Table Mechanism": arguments are conditions on hidden columns
        nested_comments=False,  # "SQL Comment Syntax"
        temporary_schemas=frozenset(("temp",)),  # "CREATE TABLE"
        schema_indexes=True,  # "CREATE INDEX"
        constant_columns=True,  # "Boolean Datatype": true and false are columns where one has the name
        outputs_by_as=True,  # "SELECT", "The ORDER BY clause": an alias, by AS
        merged_in_place=True,  # "SELECT": the right-hand column is omitted from `*`
        asks_unused_ctes=False,
        in_table=True,
        implicit_recursion=True,
        ctes_see_later=True,  # as its authorizer shows
        comma_is_join=True,
        pseudo_columns=frozenset(("rowid", "oid", "_rowid_")),
        row_numbers=True,  # "CREATE TABLE": "ROWIDs and the INTEGER PRIMARY KEY"
    )
    # MySQL and MariaDB: "Problems with Column Aliases" and SELECT: HAVING and GROUP BY see aliases, WHERE does not.
    mysql = {
        "wording": "mysql",
        "settings": setting_words.MYSQL,
        "on_sees_join_alone": True,  # "JOIN Clause": the comma operator has less precedence
        "unit_words": True,
        "using_defines_targets": True,
        # MariaDB demands SELECT on both, as its privilege checks show.
        "returning_asks_listed": True,
        "upsert_asks_assigned": True,
        "values_see_target": True,  # "INSERT": an expression may refer to a column set earlier in the list
        "upsert_sees_query": True,  # "INSERT ... ON DUPLICATE KEY UPDATE": columns of the SELECT's tables
        "one_row_tables": frozenset(("dual",)),  # "SELECT": DUAL, where no tables are referenced
        "group": column,
        "having": alias,
        "order_expression": column,
        "values_name": "column_{1}",
        "names_of_ctes_have_case": True,  # "Identifier Case Sensitivity": as tables, by `lower_case_table_names`
        "executable_comments": ("/*!", "/*M!"),
    }
    row("mysql", **mysql, nested_comments=False)  # "Comments"
    for name in ("doris", "starrocks"):
        # Doris's lexer, made after Spark's: a comment goes on behind a backslash.
        row(name, **mysql, lambdas=_ARRAY_LAMBDAS, continued_comments=True)

    # BigQuery: "Query syntax": "Alias visibility" and "Ambiguity between a FROM clause column name and a SELECT list
    # alias".
    row(
        "bigquery",
        unit_words=True,
        group=alias,
        having=alias,
        qualify=alias,
        order_expression=alias,
        struct_paths=True,
        whole_row=True,
        array_tables=True,
        comma_is_join=True,
        unpivot_values_first=True,  # "Query syntax": "UNPIVOT operator"
        lambdas=None,  # "Lambdas"
        constant_columns=True,  # "Name resolution" does not tell, so both count
        row_or_column=True,  # "Range variables" do not tell either
        bare_variables=True,  # "Procedural language": where a column has the name too, it is the column
        nested_comments=False,  # "Lexical structure": "Comments"
        temporary_schemas=frozenset(("_session",)),  # "Multi-statement queries": temporary tables
        pivot_takes_join=False,  # "Query syntax": "FROM clause": the operator is part of the table's item
        pseudo_columns=frozenset(
            "_table_suffix _partitiontime _partitiondate _file_name _change_type _change_timestamp".split()
        ),
    )
    # Snowflake: aliases in the same SELECT are visible in every clause; a column of the table wins.
    row(
        "snowflake",
        settings=setting_words.SNOWFLAKE,
        lists=setting_words.LISTS - {"tables"},  # "SHOW TABLES": `rows`, `bytes`
        nested_comments=False,  # as its documentation's examples show
        use_schema="public",  # "USE DATABASE": PUBLIC is the schema in use then
        lambdas=None,  # "Use lambda functions on data"
        numbered_columns=True,  # "SELECT": `$column_position`
        unit_words=True,
        where=column,
        group=column,
        having=column,
        qualify=column,
        order_expression=alias,
        projection=column,
        implicit_recursion=True,
        niladic=_STANDARD_NILADIC | frozenset(("sysdate",)),
        pseudo_columns=frozenset(("level",)),  # "CONNECT BY"
    )
    # Spark SQL: "Lateral column alias"; HAVING and GROUP BY see aliases (spark.sql.groupByAliases), columns win.
    spark = {
        "setting_families": setting_words.HIVE_FAMILIES,
        "constant_columns": True,  # "Name resolution": columns come before parameterless functions
        "nested_comments": True,  # "Comments": bracketed comments nest
        "continued_comments": True,  # SqlBaseLexer.g4, SIMPLE_COMMENT
        "lambdas": None,  # "Lambda functions"
        "bare_variables": True,  # "Name resolution": a variable comes last
        "group": column,
        "having": column,
        "order_expression": alias,
        "projection": column,
        "struct_paths": True,
        "partition_columns": True,  # "INSERT TABLE"
        "text_parameters": True,  # "spark.sql.variable.substitute"; Databricks: widgets as `${x}` and `$x`
        "pseudo_columns": frozenset(("_metadata", "input__file__name")),
    }
    for name in ("spark", "spark2", "databricks"):
        row(name, **spark)
    # Hive: "LanguageManual GroupBy": no aliases there; HAVING sees them.
    # "LanguageManual VariableSubstitution".
    row("hive", having=column, struct_paths=True, order_expression=alias, text_parameters=True, partition_columns=True,
        setting_families=setting_words.HIVE_FAMILIES,
        pseudo_columns=frozenset(("input__file__name", "block__offset__inside__file")))  # fmt: skip
    # Trino: "SELECT": output names only in ORDER BY; row fields by a dot.
    for name in ("trino", "presto", "athena"):
        # SqlBase.g4, BRACKETED_COMMENT; "Lambda functions".
        row(name, nested_comments=False, struct_paths=True, order_expression=alias, lambdas=None)
    # SQL Server: "SELECT - ORDER BY clause": aliases only there, also not inside expressions.
    for name in ("tsql", "fabric"):
        row(
            name,
            wording="tsql",
            settings=setting_words.TSQL,
            unit_words=True,
            nested_comments=True,  # "Slash Star (Block Comment)"
            semicolons_optional=True,  # "Transact-SQL syntax conventions"
            table_variables=True,  # "table"
            # "Reserved keywords".
            statement_words=STATEMENT_WORDS | _OWN_STATEMENT_WORDS,
            order_expression=column,
            implicit_recursion=True,
            target_in_from=True,
            use_database=True,
            row_images=("deleted", "inserted"),  # "OUTPUT clause"
            pseudo_columns=frozenset(("$action",)),  # the same page: what MERGE did to the row
            into_makes_tables=True,  # "SELECT - INTO clause"
            select_assigns=True,  # "SELECT @local_variable"
        )
    # Oracle: "Pseudocolumns"; 23ai allows aliases in GROUP BY and HAVING, columns first.
    row(
        "oracle",
        nested_comments=False,  # "Comments"
        methods=True,
        group=column,
        having=column,
        order_expression=column,
        struct_paths=True,
        implicit_recursion=True,
        one_row_tables=frozenset(("dual",)),  # "Selecting from the DUAL Table"
        pivot_takes_join=False,  # "SELECT": pivot_clause is part of table_reference
        niladic=_STANDARD_NILADIC
        | frozenset("sysdate systimestamp uid rownum level dbtimezone sessiontimezone".split()),
        pseudo_columns=frozenset(("rowid", "ora_rowscn", "rownum", "level")),
    )
    # ClickHouse: "SELECT" and "prefer_column_name_to_alias": an alias is visible everywhere, and it wins by default.
    row(
        "clickhouse",
        wording="clickhouse",
        settings=setting_words.CLICKHOUSE,
        setting_families=setting_words.CLICKHOUSE_FAMILIES,
        nested_comments=True,  # its lexer says so
        as_table_is_like=True,  # "CREATE TABLE": "With a Schema Similar to Other Table"
        lambdas=None,  # "Functions": "Higher-order functions"
        where=alias,
        group=alias,
        having=alias,
        qualify=alias,
        order_expression=alias,
        projection=alias,
        struct_paths=True,
        in_table=True,
        function_columns={"numbers_mt": ("number",), "zeros_mt": ("zero",)},
        pseudo_columns=frozenset(
            "_part _partition_id _part_index _part_offset _sample_factor _database _table".split()
            + "_path _file _size _time".split()
        ),
    )
    # Teradata: named expressions are visible in every clause, a column of the table wins.
    row(
        "teradata",
        where=column,
        group=column,
        having=column,
        qualify=column,
        order_expression=column,
        projection=column,
    )
    return found


ROWS: Mapping[str, DialectRow] = _rows()


def dialect_names() -> tuple[str, ...]:
    """The names of the known dialects, in order."""
    return tuple(sorted(ROWS))


_TRIED = frozenset(("duckdb", "postgres", "sqlite"))
"""Dialects in which statements are held against what the engine itself says (`tests/oracles/`)."""


def dialect_tiers() -> dict[str, str]:
    """How sure the answers are in each dialect: tried on the engine, by its manual, or as most engines do."""
    plain = DialectRow("", Folding.LOWER, Folding.LOWER, niladic=_STANDARD_NILADIC)
    found: dict[str, str] = {}
    for name, row in ROWS.items():
        bare = evolve(row, name="", datasets=plain.datasets, columns=plain.columns)
        own = astuple(bare, recurse=False) != astuple(plain, recurse=False)
        found[name] = "tried on the engine" if name in _TRIED else "by its manual" if own else "as most engines do"
    return found


def dialect_row(name: str) -> DialectRow:
    """The row of that dialect.

    Raises:
        UsageError: no such dialect.
    """
    found = ROWS.get(name)
    if found is None:
        hint = nearest_dialect(name) or f", expected one of {', '.join(dialect_names())}"
        raise UsageError(f"unknown dialect `{name}`{hint}")
    return found
