"""How one dialect resolves names, as a row of cells."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from classify.names import Folding
from classify.sql.names.setting_words import COMMON, LISTS


class AliasRule(enum.Enum):
    """What a bare name in a clause means where both a column and an output alias have it."""

    NO = "no"  # aliases are not visible
    COLUMN_FIRST = "column-first"
    ALIAS_FIRST = "alias-first"


# Of the words that begin a statement those that the parser takes for an alias; it takes no other.
STATEMENT_WORDS = frozenset(("delete", "merge", "update"))


@frozen(eq=False, repr=False)
class DialectRow:
    """How one dialect resolves names.

    Below each cell stands what it says, a statement that it decides, and the manual of an engine that tells. The rows
    are in `dialects.py`.
    """

    name: str
    """sqlglot's name of the dialect."""

    datasets: Folding
    """How the parts of a table's name are compared. `FROM Users` and `FROM users`: PostgreSQL, "4.1.1 Identifiers and
    Key Words".
    """

    columns: Folding
    """How columns and aliases are compared. `SELECT Id FROM users`: the same."""

    where: AliasRule = AliasRule.NO
    """What a bare name in WHERE means where an output has it too. `SELECT a AS b FROM t WHERE b > 1`: Snowflake,
    "SELECT".
    """

    group: AliasRule = AliasRule.NO
    """The same in GROUP BY. `SELECT a AS b FROM t GROUP BY b`: PostgreSQL, "SELECT", "GROUP BY Clause"."""

    group_expression: AliasRule | None = None
    """The same inside an expression of GROUP BY; None as for a bare name. `SELECT a AS b FROM t GROUP BY b + 1`:
    PostgreSQL, "SELECT", "GROUP BY Clause".
    """

    having: AliasRule = AliasRule.NO
    """The same in HAVING. `SELECT sum(a) AS b FROM t HAVING b > 1`: MySQL, "Problems with Column Aliases"."""

    qualify: AliasRule = AliasRule.COLUMN_FIRST
    """The same in QUALIFY. `SELECT rank() OVER w AS b FROM t QUALIFY b = 1`: Snowflake, "QUALIFY"."""

    order_expression: AliasRule = AliasRule.NO
    """What a name inside an expression of ORDER BY means where an output has it too; a bare name there is the output.
    `SELECT a AS b FROM t ORDER BY b + 1`: PostgreSQL, "SELECT", "ORDER BY Clause".
    """

    projection: AliasRule = AliasRule.NO
    """What a name among the outputs means where an output before it has it too. `SELECT a AS b, b + 1 FROM t`:
    Redshift, "SELECT list".
    """

    outputs_by_as: bool = False
    """Whether ORDER BY and its kin see only the outputs that AS names. `SELECT a b FROM t ORDER BY b`: SQLite,
    "SELECT", "The ORDER BY clause".
    """

    row_or_column: bool = False
    """Whether a name that a source and a column have may mean either, so that both count. `SELECT t FROM t`: BigQuery,
    "Range variables".
    """

    row_before_alias: bool = False
    """Whether a table's name as a value is its row where an earlier output, or a column of a level outside, has it
    too. `SELECT (SELECT max(c) FROM t AS c) FROM (SELECT a AS c FROM s)`: DuckDB, as its binder does.
    """

    struct_paths: bool = False
    """Whether `a.b` may mean the field `b` of the column `a`. `SELECT home.city FROM profiles`: BigQuery, "Field
    access operator".
    """

    whole_row: bool = False
    """Whether a table's name may stand for its row as a value. `SELECT t FROM t`: PostgreSQL, "8.16.5 Using Composite
    Types in Queries".
    """

    typed_constants: bool = True
    """Whether a type's name before a text makes a constant of it. `SELECT date '2026-01-01'`: PostgreSQL, "4.1.2.7
    Constants of Other Types".
    """

    array_tables: bool = False
    """Whether a source may be an array column of one before it. `FROM t, t.items`: BigQuery, "FROM clause",
    "Correlated join".
    """

    on_sees_join_alone: bool = False
    """Whether ON sees the sources of its join alone, not those before a comma. `FROM a, b JOIN c ON a.x = c.x`:
    PostgreSQL, "7.2.1 The FROM Clause".
    """

    on_sees_join_first: bool = False
    """Whether ON sees the sources of its join before those before a comma. `FROM a, b JOIN c ON x = c.x`: DuckDB, as
    its binder does.
    """

    ungrouped_is_outer: bool = False
    """Whether a name in HAVING that the query does not group by may mean what has it outside. `SELECT 1 FROM a WHERE
    EXISTS (SELECT max(y) FROM b GROUP BY z HAVING max(y) > a.x)`: DuckDB, as its binder does.
    """

    functions_see_later: bool = False
    """Whether a function in FROM sees the sources behind it too. `FROM json_each(doc) JOIN events`: SQLite, "The
    Virtual Table Mechanism Of SQLite".
    """

    lateral_subqueries: bool = False
    """Whether a derived table sees the sources before it without LATERAL. `FROM t, (SELECT t.a)`: DuckDB, "FROM and
    JOIN clauses", "Lateral joins".
    """

    quoted_text: bool = False
    """Whether a double-quoted name that names nothing is a text. `SELECT "no such column" FROM t`: SQLite, "Quirks",
    "Double-quoted String Literals Are Accepted".
    """

    asks_unused_ctes: bool = True
    """Whether a common table expression that nobody names is checked, and so asked for. `WITH a AS (SELECT x FROM t)
    SELECT 1`: PostgreSQL, "7.8 WITH Queries".
    """

    in_table: bool = False
    """Whether a name behind IN is a table's. `SELECT a IN t`: SQLite, "The IN and NOT IN operators"."""

    niladic: frozenset[str] = frozenset()
    """Names, in lower case, that are functions without parentheses and no columns. `SELECT current_user`: PostgreSQL,
    "9.26 System Information Functions".
    """

    pseudo_columns: frozenset[str] = frozenset()
    """Names, in lower case, that every table has and that hold no data of its columns. `SELECT ctid FROM t`:
    PostgreSQL, "5.5 System Columns".
    """

    row_numbers: bool = False
    """Whether those stand for the INTEGER PRIMARY KEY, where the catalog's types say that there is one. `SELECT rowid
    FROM t`: SQLite, "ROWIDs and the INTEGER PRIMARY KEY".
    """

    unit_words: bool = False
    """Whether a date part is always a bare word, never the value of a column of that name. `SELECT dateadd(day, 1, d)
    FROM t`: SQL Server, "DATEADD".
    """

    methods: bool = False
    """Whether a dot before a call hands over the value before it. `SELECT name.upper() FROM t`: DuckDB, "Function
    chaining via the dot operator".
    """

    lambdas: frozenset[str] | None = frozenset()
    """The functions among whose arguments an arrow makes a lambda, whose parameter is no column; None for all. `SELECT
    list_transform(l, x -> x + 1) FROM t`: DuckDB, "Lambda functions".
    """

    open_slices: bool = False
    """Whether a colon behind a bracket begins a slice, and no parameter. `SELECT a[:n] FROM t`: PostgreSQL, "8.15.3
    Accessing Arrays".
    """

    constant_columns: bool = False
    """Whether a column wins over a constant of its name. `SELECT true FROM (SELECT a AS "true" FROM t)`: SQLite,
    "Boolean Datatype".
    """

    variables: bool = True
    """Whether `@x` is a variable or a parameter, and not an operator before a column. `SELECT @x`: PostgreSQL, "9.3
    Mathematical Functions and Operators".
    """

    bare_variables: bool = False
    """Whether a bare name that no source has as a column may be a variable of the script. `DECLARE x INT64; SET x = 1;
    SELECT x`: BigQuery, "Procedural language", "DECLARE".
    """

    table_variables: bool = False
    """Whether `@t` in the place of a table is a table that the script declares. `DECLARE @t TABLE (a INT); SELECT a
    FROM @t`: SQL Server, "table".
    """

    semicolons_optional: bool = False
    """Whether the next statement may begin without a semicolon behind the one before it. `SET NOCOUNT ON SELECT a FROM
    t`: SQL Server, "Transact-SQL syntax conventions".
    """

    schema_indexes: bool = False
    """Whether an index's name may have a schema, which is its table's, and the table's then has none. `CREATE INDEX
    main.i ON t (a)`: SQLite, "CREATE INDEX".
    """

    partition_columns: bool = False
    """Whether PARTITION of INSERT lists columns, with values or without, and no partitions by name. `INSERT INTO t
    PARTITION (day = '2026-01-01') SELECT a FROM s`: Spark, "INSERT TABLE".
    """

    statement_words: frozenset[str] = STATEMENT_WORDS
    """Words, in lower case, that begin a statement, are no alias without AS, and that the parser takes for one.
    `SELECT a FROM t DELETE FROM s`: SQL Server, "Reserved keywords".
    """

    numbered_columns: bool = False
    """Whether `$1` is the first column of the source, and no value that the caller gives. `SELECT $1 FROM t`:
    Snowflake, "SELECT".
    """

    text_parameters: bool = False
    """Whether `${x}` stands for a text that is put into the statement before it is read. `SELECT ${columns} FROM t`:
    Hive, "LanguageManual VariableSubstitution".
    """

    implicit_recursion: bool = False
    """Whether a common table expression may name itself without the word RECURSIVE. `WITH a AS (SELECT 1 AS n UNION
    ALL SELECT n + 1 FROM a) SELECT n FROM a`: SQL Server, "WITH common_table_expression".
    """

    ctes_see_later: bool = False
    """Whether a common table expression sees those that are defined after it, without the word RECURSIVE too. `WITH a
    AS (SELECT x FROM b), b AS (SELECT x FROM t) SELECT x FROM a`: SQLite, as its authorizer shows.
    """

    comma_is_join: bool = False
    """Whether a comma in FROM binds as tightly as JOIN, so that USING reaches over it. `FROM a, b JOIN c USING (x)`:
    SQLite, "SELECT", "Determination of input data".
    """

    values_name: str = "column{0}"
    """The name of a column of VALUES, from its number counted from 1 and from 0. `SELECT column1 FROM (VALUES (1)) AS
    v`: PostgreSQL, "7.7 VALUES Lists".
    """

    nested_comments: bool | None = None
    """Whether a comment in a comment has an end of its own; None where nobody asked the engine. `/* a /* b */ c */`:
    PostgreSQL, "4.1.5 Comments".
    """

    continued_comments: bool = False
    """Whether a backslash at the end of a `--` comment continues it in the next line. `-- a \\`: Spark,
    SqlBaseLexer.g4, SIMPLE_COMMENT.
    """

    temporary_schemas: frozenset[str] = frozenset()
    """Names, in lower case, that say that a table is temporary where they stand as its schema. `SELECT a FROM
    pg_temp.t`: PostgreSQL, "19.11.1 Statement Behavior".
    """

    names_of_ctes_have_case: bool = False
    """Whether the case of letters may tell a common table expression from a table, by the server's setting. `WITH T AS
    (SELECT 1) SELECT * FROM t`: MySQL, "Identifier Case Sensitivity".
    """

    as_table_is_like: bool = False
    """Whether CREATE TABLE … AS with the name of a table takes its columns alone, not its rows. `CREATE TABLE t AS s`:
    ClickHouse, "CREATE TABLE".
    """

    use_schema: str = ""
    """The schema that is in use behind USE with a database's name, or an empty text. `USE DATABASE d`: Snowflake, "USE
    DATABASE".
    """

    use_may_name_schema: bool = False
    """Whether USE may name a schema as well as a database. `USE s`: DuckDB, "USE statement"."""

    executable_comments: tuple[str, ...] = ()
    """How a comment starts whose text the server runs. `SELECT /*! a, */ b FROM t`: MySQL, "Comments"."""

    target_in_from: bool = False
    """Whether UPDATE and DELETE may name a target that FROM defines. `UPDATE u SET a = 1 FROM users AS u`: SQL Server,
    "UPDATE".
    """

    using_defines_targets: bool = False
    """Whether the tables of DELETE are names that its USING defines. `DELETE FROM u USING users AS u`: MySQL,
    "DELETE".
    """

    use_database: bool = False
    """Whether USE names a database that schemas are part of. `USE d`: SQL Server, "USE"."""

    path_in_text: bool = False
    """Whether the text of SET search_path lists schemas, with commas between them. `SET search_path = 'a,b'`: DuckDB,
    "Configuration".
    """

    into_makes_tables: bool = False
    """Whether INTO of a SELECT makes a table; elsewhere its names are variables of a program. `SELECT a INTO s FROM
    t`: PostgreSQL, "SELECT INTO".
    """

    empty_select: bool = False
    """Whether SELECT may list nothing, and then returns no column. `SELECT FROM t`: PostgreSQL, "SELECT", "Omitting
    the SELECT List".
    """

    row_images: tuple[str, ...] = ()
    """What RETURNING calls a row before and after the change. `UPDATE t SET a = 1 RETURNING old.a, new.a`: PostgreSQL,
    "UPDATE".
    """

    returning_asks_listed: bool = False
    """Whether RETURNING asks for the columns that INSERT lists. `INSERT INTO t (a) VALUES (1) RETURNING b`: MariaDB,
    as its privilege checks show.
    """

    values_see_target: bool = False
    """Whether the values of INSERT may name columns of the row that they make. `INSERT INTO t (a, b) VALUES (1, a +
    1)`: MySQL, "INSERT".
    """

    upsert_sees_query: bool = False
    """Whether ON DUPLICATE KEY UPDATE may name the sources of the inserted query. `INSERT INTO t SELECT a FROM s ON
    DUPLICATE KEY UPDATE a = s.a`: MySQL, "INSERT ... ON DUPLICATE KEY UPDATE".
    """

    one_row_tables: frozenset[str] = frozenset()
    """Tables of the engine's own that hold one row and no data. `SELECT 1 FROM dual`: Oracle, "Selecting from the DUAL
    Table".
    """

    upsert_asks_assigned: bool = False
    """Whether ON DUPLICATE KEY UPDATE asks for the columns that it assigns. `INSERT INTO t (a) VALUES (1) ON DUPLICATE
    KEY UPDATE b = 2`: MariaDB, as its privilege checks show.
    """

    proposed_asks: bool = False
    """Whether a column of the row that INSERT proposes asks for the target's column. `INSERT INTO t (a) VALUES (1) ON
    CONFLICT (a) DO UPDATE SET b = excluded.b`: PostgreSQL, "INSERT", `conflict_action`.
    """

    columns_function: bool = False
    """Whether an expression over COLUMNS(…) stands for one output per column. `SELECT max(COLUMNS('x.*')) FROM t`:
    DuckDB, "Star expression".
    """

    select_assigns: bool = False
    """Whether an equation with a variable among the outputs assigns it. `SELECT @x = a FROM t`: SQL Server, "SELECT
    @local_variable".
    """

    late_views: bool = False
    """Whether names in a view are looked up when it is read, not when it is made. `CREATE VIEW v AS SELECT a FROM t`:
    DuckDB, tried.
    """

    settings_roll_back: bool = False
    """Whether a rollback undoes what USE and SET changed. `SET search_path TO a; ROLLBACK`: PostgreSQL, "SET"."""

    end_commits: bool = False
    """Whether END, alone or before TRANSACTION, is COMMIT. `BEGIN; END`: SQLite, "Transaction"."""

    unpivot_values_first: bool = False
    """Whether the values that UNPIVOT makes come before their columns' names. `SELECT * FROM t UNPIVOT (v FOR k IN (a,
    b))`: BigQuery, "UNPIVOT operator".
    """

    pivot_takes_join: bool = True
    """Whether a pivot behind a join takes all that is joined, not the joined table alone; it does where the manual
    does not tell, since then it reads more. `FROM a JOIN b ON a.x = b.x PIVOT (sum(y) FOR z IN (1))`: BigQuery,
    "FROM clause".
    """

    merged_in_place: bool = False
    """Whether a star has the columns that USING merges where the left side has them, not before others. `SELECT * FROM
    a JOIN b USING (x)`: SQLite, "SELECT".
    """

    unnest_spreads: bool = False
    """Whether UNNEST among the outputs makes one of each field where its value is a struct. `SELECT unnest(s) FROM t`:
    DuckDB, "Unnesting".
    """

    alias_qualifier: str = ""
    """A word that stands before a name to say that an output is meant, or an empty text. `SELECT a AS b FROM t ORDER
    BY alias.b`: DuckDB, "SELECT clause".
    """

    function_columns: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """The columns of functions in FROM that have others elsewhere, by the function's name in lower case.
    `SELECT json FROM json_each('[1]')`: DuckDB, "JSON table functions".
    """

    wording: str = ""
    """The dialect by whose rules (`rewording/`) statements are put into words that the parser knows, or an empty text.
    `INSERT LOW_PRIORITY INTO t VALUES (1)`: MySQL, "INSERT".
    """

    settings: frozenset[str] = COMMON
    """Settings, in lower case, that change no name, no star and no meaning of a text. `SET work_mem = '1GB'; SELECT a
    FROM t`: PostgreSQL, "20. Server Configuration".
    """

    setting_families: tuple[str, ...] = ()
    """What the names of more such settings begin with, in lower case. `SELECT a FROM t SETTINGS max_threads = 1`:
    ClickHouse, "Session settings".
    """

    lists: frozenset[str] = LISTS
    """What SHOW lists that holds no data, in lower case. `SHOW TABLES`: Snowflake, "SHOW TABLES", where there are
    numbers of rows.
    """

    union_order_sees_branches: bool = False
    """Whether ORDER BY behind a set operation may name the outputs of any branch, and their expressions. `SELECT a
    FROM t UNION SELECT b FROM s ORDER BY b`: DuckDB, as its binder does.
    """

    def is_harmless(self, setting: str) -> bool:
        """Whether a setting, in lower case, changes nothing of what a query reads.

        INVARIANT other-settings-end-what-is-known: after SET of any other one, no later statement is resolved.
        INVARIANT other-tuning-is-unresolved: SETTINGS of a query with any other one is unresolved.
        """
        return setting in self.settings or setting.startswith(self.setting_families)
