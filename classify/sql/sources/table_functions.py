"""Functions in FROM: what columns they have, and which of them read data that nobody sees.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select value from users, json_each(ssn)", catalog, dialect="sqlite")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('value', ('users.ssn',), ('users.ssn',))]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Out, Relation, renamed
from classify.sql.names.scope import Scope, Source
from classify.sql.sources.aliases import alias_of
from classify.sql.sources.arrays import exploded, unnested
from classify.sql.values.declassify import lowered
from classify.sql.walk.dispatch import Handler, Pending, flow_of, is_query, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

# Table functions whose rows come from their arguments alone, by name in lower case, with their columns; an empty
# tuple stands for one column that takes the alias. Sources: the engines' manuals (PostgreSQL 9.26 and 9.16, DuckDB
# "Functions", SQLite "JSON Functions", Snowflake "Table functions", Trino "UNNEST", Spark "Table-valued functions").
_FROM_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "generate_series": (),
    "generate_subscripts": (),
    "range": (),
    "unnest": (),
    "regexp_split_to_table": (),
    "string_to_table": (),
    "regexp_matches": (),
    "json_array_elements": ("value",),
    "jsonb_array_elements": ("value",),
    "json_array_elements_text": ("value",),
    "jsonb_array_elements_text": ("value",),
    "json_object_keys": (),
    "jsonb_object_keys": (),
    "json_each": ("key", "value"),
    "jsonb_each": ("key", "value"),
    "json_each_text": ("key", "value"),
    "jsonb_each_text": ("key", "value"),
    "jsonb_path_query": (),
    "json_to_record": (),
    "jsonb_to_record": (),
    "json_to_recordset": (),
    "jsonb_to_recordset": (),
    "to_tsquery": (),
    "plainto_tsquery": (),
    "phraseto_tsquery": (),
    "websearch_to_tsquery": (),
    "pg_partition_tree": ("relid", "parentrelid", "isleaf", "level"),
    "pg_partition_ancestors": ("relid",),
    "json_tree": ("key", "value", "type", "atom", "id", "parent", "fullkey", "path"),
    "string_split": ("value", "ordinal"),
    "split_to_table": ("seq", "index", "value"),
    "flatten": ("seq", "key", "path", "index", "value", "this"),
    "explode": ("col",),
    "explode_outer": ("col",),
    "posexplode": ("pos", "col"),
    "repeat": (),
    "repeat_row": (),
    "sequence": (),
    "numbers": ("number",),
    "zeros": ("zero",),
    "pg_input_error_info": ("message", "detail", "hint", "sql_error_code"),
    "aclexplode": ("grantor", "grantee", "privilege_type", "is_grantable"),
    "ts_parse": ("tokid", "token"),
    "ts_token_type": ("tokid", "alias", "description"),
    "ts_debug": ("alias", "description", "token", "dictionaries", "dictionary", "lexemes"),
}

# Functions that read tables, files, secrets or other servers that their arguments name as text, or run text as SQL or
# as a program. Those of one dialect too: an engine without such a function refuses the statement.
OPAQUE = frozenset(
    # PostgreSQL: "dblink", "XML Functions" (mapping tables to XML), "Generic File Access Functions", "tablefunc", and
    # the functions of logical decoding.
    "dblink query_to_xml query_to_xmlschema query_to_xml_and_xmlschema table_to_xml table_to_xml_and_xmlschema "
    "cursor_to_xml schema_to_xml schema_to_xml_and_xmlschema database_to_xml database_to_xml_and_xmlschema "
    "pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file lo_get lo_import lo_export loread set_config ts_stat "
    "ts_rewrite xmltable_query crosstab crosstab2 crosstab3 crosstab4 crosstabn connectby nextval_table "
    "pg_logical_slot_get_changes pg_logical_slot_peek_changes pg_logical_slot_get_binary_changes "
    "pg_logical_slot_peek_binary_changes pg_ls_logdir pg_ls_waldir pg_ls_tmpdir pg_ls_archive_statusdir "
    "pg_current_logfile pg_read_server_files pg_sequence_last_value pg_get_viewdef "
    # Its extensions: "pageinspect", "pgstattuple", "pgrowlocks", "file_fdw", "adminpack", "xml2", "pg_walinspect",
    # "pg_visibility", "pg_buffercache", pg_graphql, pgRouting (by its family), Citus, aws_s3, pg_net, http.
    "get_raw_page heap_page_items heap_page_item_attrs bt_page_items bt_page_items_multi gist_page_items "
    "gist_page_items_bytea hash_page_items brin_page_items gin_leafpage_items gin_metapage_info fsm_page_contents "
    "tuple_data_split bt_multi_page_stats pgrowlocks xpath_table xslt_process pg_get_wal_records_info "
    "pg_get_wal_block_info query_export_to_s3 table_import_from_s3 resolve run_command_on_workers "
    "run_command_on_placements run_command_on_shards run_command_on_colocated_placements run_command_on_all_nodes "
    "run_command_on_coordinator master_run_on_worker http_get http_post http_put http_delete http_patch "
    "plpgsql_check_function plpgsql_show_dependency_tb "
    # DuckDB: "Data Import", and the functions that run SQL or a plan.
    "query_table read_csv read_csv_auto read_parquet parquet_scan read_json read_json_auto read_ndjson read_text "
    "read_blob read_xlsx glob sniff_csv parquet_metadata parquet_schema sqlite_scan postgres_scan postgres_query "
    "mysql_scan mysql_query iceberg_scan delta_scan arrow_scan pandas_scan json_execute_serialized_sql "
    "from_substrait from_substrait_json read_json_objects read_json_objects_auto read_ndjson_objects read_ndjson_auto "
    "read_avro read_duckdb sqlite_query ducklake_table_changes ducklake_table_insertions ducklake_table_deletions "
    "parquet_file_metadata parquet_kv_metadata parquet_bloom_probe st_read st_read_meta duckdb_secrets which_secret "
    "getenv "
    # SQL Server and MySQL.
    "openrowset openquery opendatasource load_file sys_eval sys_exec fn_dblog fn_dump_dblog fn_trace_gettable "
    "fn_get_audit_file fn_xe_file_target_read_file "
    # MariaDB: "Spider Functions".
    "spider_direct_sql spider_bg_direct_sql spider_copy_tables "
    # ClickHouse: "Table Functions", "Other functions" (joinGet, file), "Functions for machine learning".
    "remote remotesecure cluster clusterallreplicas merge url s3 s3cluster gcs hdfs file mysql postgresql mongodb jdbc "
    "odbc sqlite input joinget joingetornull executable evalmlmethod catboostevaluate modelevaluate azureblobstorage "
    "azureblobstoragecluster deltalake deltalakecluster iceberg iceberg_s3 icebergs3 icebergs3cluster hudi hudicluster "
    "redis hdfscluster filecluster urlcluster mergetreeindex mergetreeprojection dictionary viewifpermitted "
    "timeseriesdata timeseriesmetrics timeseriestags ytsaurus arrowflight "
    # SQLite's shell: its own functions and those that come with it.
    "readfile writefile load_extension fts3_tokenizer eval edit sha3_query sha1_query md5_query fsdir "
    # Snowflake and BigQuery.
    "result_scan system$query_reference identifier to_query external_query ml.predict ai.forecast vector_search "
    "search_preview cortex_search_data_scan get_ddl external_object_transform "
    # Spark and Hive: "reflect" runs any method; Databricks: `secret`.
    "reflect reflect2 try_reflect java_method secret try_secret http_request read_files read_kafka read_kinesis "
    "read_pubsub read_pulsar read_state_metadata read_statestore remote_query table_changes ai_query event_log "
    # Oracle: "PL/SQL Packages and Types Reference": DBMS_XMLGEN, DBMS_XMLQUERY, URI types.
    "getxml getxmltype dburitype httpuritype xdburitype uritype sys_dburigen bfilename".split()
)
# Packages of which every function may: Oracle, "PL/SQL Packages and Types Reference"; pg_graphql; BigQuery's models;
# pg_net.
_OPAQUE_PACKAGES = frozenset(
    "dbms_cloud dbms_cloud_ai dbms_lob dbms_metadata dbms_sql dbms_xmlgen dbms_xmlquery dbms_xmlstore utl_file "
    "utl_http utl_tcp utl_smtp graphql ml net".split()
)
# The same by how their names begin: a function for each type of value.
_OPAQUE_FAMILIES = ("dictget", "dicthas", "dictisin", "dblink_", "pgr_", "spider_")

# Functions and methods that take a text of XQuery, and what in it names data beside their arguments (SQL Server,
# "XQuery Extension Functions"; Oracle, "XML DB Developer's Guide": ora:view, fn:collection, fn:doc).
_XQUERY = frozenset("value query exist modify nodes xmlquery xmlexists xmltable".split())
_XQUERY_NAMES = re.compile(r"sql:(column|variable)|ora:view|\b(collection|doc)\s*\(", re.IGNORECASE)


def function_name(node: exp.Expr) -> str:
    """The function's name as written, in lower case, without its schema."""
    if node.__class__ is exp.XMLTable:
        return "xmltable"  # the parser's own name for it has another underscore
    if node.__class__ in (exp.Anonymous, exp.AnonymousAggFunc):
        this = node.args["this"]
        return str(this if isinstance(this, str) else this.name).lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else node.key


def add_function(walk: Walk, node: exp.Expr, this: exp.Expr, scope: Scope) -> int:
    """Add the source that a function in FROM makes."""
    key, names = alias_of(walk, node)
    schema = node.args.get("db")
    if schema and this.__class__ is not exp.Dot and schema.name.lower() not in _BUILT_IN:
        # A built-in of that name is not meant, or not for sure: whoever made the function says what it reads.
        _not_known(walk, this, function_name(this))
    if walk.row.functions_see_later:
        _check_later(walk, node, this, scope)
    relation = function_relation(walk, this, scope, key)
    if node.args.get("ordinality"):
        relation = Relation([*relation.outs(), Out("ordinality", "ordinality", 0)], relation.rows, loose=relation.loose)
    scope.add(Source(key or walk.row.columns.fold(function_name(this), False), renamed(relation, names)))
    return relation.rows


def _check_later(walk: Walk, node: exp.Expr, this: exp.Expr, scope: Scope) -> None:
    """Note each name in a function's arguments that may be of a source behind it, where those are seen too."""
    select = node.find_ancestor(exp.Select)
    joins = select.args.get("joins") or [] if select is not None else []
    if not joins or joins[-1] is node.parent:
        return
    arrows = [one for arrow in this.find_all(exp.Lambda) for one in arrow.expressions]  # their left sides
    for column in (*this.find_all(exp.Column), *arrows):
        plain = column.__class__ is exp.Identifier
        qualifier, identifier = (None, column) if plain else (column.args.get("table"), column.this)
        if identifier.__class__ is not exp.Identifier:
            continue
        if identifier.args.get("quoted") and not walk.session.compiled.has_column(identifier.name):
            continue  # a text, which SQLite's quotes do not tell from a name
        if (walk.key(qualifier) not in scope.aliases) if qualifier else walk.key(identifier) not in scope.bare():
            walk.unresolved(
                Cause.AMBIGUOUS_NAME,
                column.name,
                column,
                "this may be a column of a source behind the function; move the function behind it",
            )


def function_relation(walk: Walk, node: exp.Expr, scope: Scope, alias: str) -> Relation:
    """The rows that a function in FROM makes: each column is made of the arguments, and they decide the rows."""
    if node.__class__ is exp.Dot:
        walk.unresolved(
            Cause.FUNCTION,
            function_name(node.args["expression"]),
            node,
            "this function may read any data; replace it, or have the query reviewed",
        )
        flow_of(walk, node.args["expression"], scope)
        return walk.loose()
    if node.__class__ in (exp.Parameter, exp.Placeholder):
        walk.unresolved(
            Cause.DYNAMIC_SQL, "parameter", node, "a parameter stands where a table's name is needed; write the name"
        )
        return walk.loose()
    name = function_name(node)
    if is_query(node):
        return relation_of(walk, node, scope, scope.ctes)
    if name == "view" and node.__class__ is exp.Anonymous and [is_query(one) for one in node.expressions] == [True]:
        # ClickHouse, "view": a subquery in another form; a function's own argument would stand in parentheses.
        return relation_of(walk, node.expressions[0], scope.parent, scope.ctes)
    if node.__class__ in _LISTED:
        return _listed(walk, node, scope)
    if node.__class__ is exp.Unnest:
        return unnested(walk, node, node.args["expressions"], scope, alias, ())
    if node.__class__ in _MODELLED:
        columns = _MODELLED[node.__class__]
        if node.args.get("this").__class__ is exp.Kwarg:
            columns = _MODELLED[exp.Flatten]  # Snowflake's FLATTEN, which takes its array by name
        elif len(columns) == 1 and len(node.args) == 1:
            return exploded(walk, node.args["this"], scope, columns[0])
    else:
        known = walk.row.function_columns.get(name, _FROM_ARGUMENTS.get(name))
        if known is None:
            _not_known(walk, node, name)
            flow_of(walk, [value for value in node.args.values() if value], scope)
            return walk.loose()
        columns = known
    flow = flow_of(walk, [value for key, value in node.args.items() if value and key not in ("alias", "offset")], scope)
    outs = _outs(walk, columns, flow) or [Out(alias or name, alias or walk.row.columns.fold(name, False), flow)]
    return Relation(outs, indirect(flow), loose=flow)


# The class of the parser's trees for EXPLODE_OUTER has no public name: `exp.ExplodeOuter` is only its base.
_EXPLODE_OUTER = exp.FUNCTION_BY_NAME["EXPLODE_OUTER"]

_MODELLED: dict[type, tuple[str, ...]] = {
    exp.GenerateSeries: (),
    exp.ExplodingGenerateSeries: (),
    exp.GenerateDateArray: (),
    exp.GenerateTimestampArray: (),
    exp.Explode: ("col",),
    _EXPLODE_OUTER: ("col",),
    exp.Posexplode: ("pos", "col"),
    exp.PosexplodeOuter: ("pos", "col"),
    exp.Inline: (),
    exp.Stack: (),
    exp.Flatten: ("seq", "key", "path", "index", "value", "this"),
    exp.SplitToTable: ("seq", "index", "value"),
    exp.StrtokSplitToTable: ("seq", "index", "value"),
    exp.Generator: (),
    exp.RegexpSplit: (),
}


# Functions in FROM that list their columns; which of their arguments list them, and which are values.
_LISTED = frozenset((exp.JSONTable, exp.OpenJSON, exp.XMLTable))
_LISTING = frozenset(("schema", "expressions", "columns"))
_DATA = frozenset("this passing path error_handling empty_handling namespaces by_ref".split())


def _listed(walk: Walk, node: exp.Expr, scope: Scope) -> Relation:
    """JSON_TABLE, OPENJSON, XMLTABLE: every listed column is made of the document."""
    walk.rest(node, _LISTING | _DATA)
    if node.__class__ is exp.XMLTable and _names_data((node.args.get("this"),)):
        _opaque(walk, node, "xmltable")
    flow = flow_of(walk, [node.args[key] for key in _DATA if node.args.get(key)], scope)
    outs: list[Out] = []
    pending: list[exp.Expr] = []
    for key in _LISTING:
        value = node.args.get(key)
        pending += value if isinstance(value, list) else [value] if value else []
    for one in pending:
        if one.__class__ is exp.JSONSchema:
            pending += one.args.get("expressions") or ()
            continue
        if one.__class__ not in (exp.JSONColumnDef, exp.OpenJSONColumnDef, exp.ColumnDef):
            walk.unhandled(one, "as a column of a table function")
            continue
        if one.args.get("nested_schema"):
            pending.append(one.args["nested_schema"])
        own = flow
        for default in one.args.get("constraints") or ():
            kind = default.args["kind"]
            if kind.__class__ in (exp.PathColumnConstraint, exp.DefaultColumnConstraint):
                own |= flow_of(walk, kind.args["this"], scope)
            elif kind.__class__ is not exp.NotNullColumnConstraint:
                walk.unhandled(default, "in a column of a table function")
        name = one.args.get("this")
        if name:
            outs.append(Out(name.name, walk.key(name), own))
    if not outs and node.__class__ is exp.OpenJSON:
        outs = _outs(walk, ("key", "value", "type"), flow)
    return Relation(outs, indirect(flow))


def _outs(walk: Walk, names: Sequence[str], flow: int) -> list[Out]:
    return [Out(name, walk.row.columns.fold(name, False), flow) for name in names]


def _multiplying(walk: Walk, node: exp.Expr, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A set-returning function among the projections: its arguments decide how many rows there are."""
    flow = flow_of(walk, [value for key, value in node.args.items() if value and key != "alias"], scope)
    scope.progress.rows |= indirect(flow)
    return flow


def _anonymous(walk: Walk, node: exp.Expr, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A function that the parser does not know: its arguments flow into it, unless it reads data by name."""
    if walk.session.compiled.declassifying:
        flow = lowered(walk, node, scope)
        if flow is not None:
            return flow
    name = function_name(node)
    if name == "getvariable":
        return _variable(walk, node)
    opaque = name in OPAQUE or name.startswith(_OPAQUE_FAMILIES) or _package(node) in _OPAQUE_PACKAGES
    if opaque or (name in _XQUERY and _names_data(node.args.get("expressions") or ())):
        _opaque(walk, node, name)
    pending += [value for key, value in node.args.items() if value and key != "this"]
    return 0


def _package(node: exp.Expr) -> str:
    """The name right before a function's, in lower case, or an empty text."""
    dot = node.parent
    left = dot.args["this"] if isinstance(dot, exp.Dot) and node.arg_key == "expression" else None
    if isinstance(left, exp.Dot):
        left = left.args["expression"]
    return left.name.lower() if isinstance(left, exp.Identifier) else ""


def _variable(walk: Walk, node: exp.Expr) -> int:
    """DuckDB, "SET VARIABLE": what an earlier statement of the script put into the variable that a text names."""
    [*named] = node.args.get("expressions") or ()
    variable = named[0].name.lower() if len(named) == 1 and named[0].__class__ is exp.Literal else ""
    if variable not in walk.session.script.variables:
        _opaque(walk, node, "getvariable")
        return 0
    flow = walk.variable(node, variable)
    walk.name(node, flow, True)
    return flow


def _secret(walk: Walk, node: exp.Secret, scope: Scope, pending: Pending, aside: Pending) -> int:
    """Databricks, "secret function": a value that its text names."""
    _opaque(walk, node, "secret")
    pending += node.args.values()
    return 0


def _names_data(arguments: Iterable[object]) -> bool:
    """Whether a text of XQuery among some arguments reads other data than theirs."""
    return any(one.__class__ in _SPELLED and _XQUERY_NAMES.search(one.name) for one in arguments)


_SPELLED = frozenset((exp.Literal, exp.National, exp.RawString, exp.UnicodeString, exp.Heredoc))


# The schemas of engines' own functions.
_BUILT_IN = frozenset(("pg_catalog", "sys", "system"))


def _not_known(walk: Walk, node: exp.Expr, name: str) -> None:
    walk.unresolved(
        Cause.FUNCTION,
        name,
        node,
        f"the function `{name}` may read any data; replace it, or have the query reviewed",
    )


def _opaque(walk: Walk, node: exp.Expr, name: str) -> None:
    walk.unresolved(
        Cause.FUNCTION,
        name,
        node,
        f"the function `{name}` reads data that its text names; query the data itself instead",
    )


EXPRESSIONS: Mapping[type, Handler] = {
    **dict.fromkeys(
        (
            exp.Unnest,
            exp.Explode,
            _EXPLODE_OUTER,
            exp.Posexplode,
            exp.PosexplodeOuter,
            exp.Inline,
            exp.Stack,
            exp.Flatten,
            exp.ExplodingGenerateSeries,
        ),
        _multiplying,
    ),
    **dict.fromkeys(
        (exp.Anonymous, exp.AnonymousAggFunc, exp.CombinedAggFunc, exp.ParameterizedAgg, exp.CombinedParameterizedAgg),
        _anonymous,
    ),
    exp.Secret: _secret,
}
