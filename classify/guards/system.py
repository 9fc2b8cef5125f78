"""The engines' own tables of names and settings, which drivers and object mappers read to learn what there is.

They say what tables, columns and constraints exist, and no value of any column. Left out are those that do:
PostgreSQL's statistics (`pg_stats`), what others run (`pg_stat_activity`), and bodies of functions (`pg_proc`).
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from classify.catalog import Catalog, Column, Dataset
from classify.labels import Scheme
from classify.names import Part, parse_name

# SQLite, "The Schema Table".
_SQLITE = dict.fromkeys(
    ("sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"), "name rootpage sql tbl_name type"
)

# PostgreSQL 15, "Chapter 53. System Catalogs", "Chapter 54. System Views" and "Chapter 37. The Information Schema".
_POSTGRES = {
    "pg_catalog.pg_am": ("amhandler amname amtype oid"),
    "pg_catalog.pg_attrdef": ("adbin adnum adrelid oid"),
    "pg_catalog.pg_attribute": (
        "attacl attalign attbyval attcacheoff attcollation attcompression attfdwoptions attgenerated atthasdef "
        "atthasmissing attidentity attinhcount attisdropped attislocal attlen attmissingval attname attndims "
        "attnotnull attnum attoptions attrelid attstattarget attstorage atttypid atttypmod"
    ),
    "pg_catalog.pg_class": (
        "oid relacl relallvisible relam relchecks relfilenode relforcerowsecurity relfrozenxid relhasindex "
        "relhasrules relhassubclass relhastriggers relispartition relispopulated relisshared relkind relminmxid "
        "relname relnamespace relnatts reloftype reloptions relowner relpages relpartbound relpersistence "
        "relreplident relrewrite relrowsecurity reltablespace reltoastrelid reltuples reltype"
    ),
    "pg_catalog.pg_collation": (
        "collcollate collctype collencoding colliculocale collisdeterministic collname collnamespace collowner "
        "collprovider collversion oid"
    ),
    "pg_catalog.pg_constraint": (
        "conbin condeferrable condeferred conexclop confdelsetcols confdeltype conffeqop confkey confmatchtype "
        "confrelid confupdtype conindid coninhcount conislocal conkey conname connamespace connoinherit "
        "conparentid conpfeqop conppeqop conrelid contype contypid convalidated oid"
    ),
    "pg_catalog.pg_database": (
        "datacl datallowconn datcollate datcollversion datconnlimit datctype datdba datfrozenxid daticulocale "
        "datistemplate datlocprovider datminmxid datname dattablespace encoding oid"
    ),
    "pg_catalog.pg_depend": ("classid deptype objid objsubid refclassid refobjid refobjsubid"),
    "pg_catalog.pg_description": ("classoid description objoid objsubid"),
    "pg_catalog.pg_enum": ("enumlabel enumsortorder enumtypid oid"),
    "pg_catalog.pg_extension": ("extcondition extconfig extname extnamespace extowner extrelocatable extversion oid"),
    "pg_catalog.pg_index": (
        "indcheckxmin indclass indcollation indexprs indexrelid indimmediate indisclustered indisexclusion "
        "indislive indisprimary indisready indisreplident indisunique indisvalid indkey indnatts indnkeyatts "
        "indnullsnotdistinct indoption indpred indrelid"
    ),
    "pg_catalog.pg_indexes": ("indexdef indexname schemaname tablename tablespace"),
    "pg_catalog.pg_inherits": ("inhdetachpending inhparent inhrelid inhseqno"),
    "pg_catalog.pg_language": ("lanacl laninline lanispl lanname lanowner lanplcallfoid lanpltrusted lanvalidator oid"),
    "pg_catalog.pg_matviews": ("definition hasindexes ispopulated matviewname matviewowner schemaname tablespace"),
    "pg_catalog.pg_namespace": ("nspacl nspname nspowner oid"),
    "pg_catalog.pg_opclass": ("oid opcdefault opcfamily opcintype opckeytype opcmethod opcname opcnamespace opcowner"),
    "pg_catalog.pg_range": ("rngcanonical rngcollation rngmultitypid rngsubdiff rngsubopc rngsubtype rngtypid"),
    "pg_catalog.pg_roles": (
        "oid rolbypassrls rolcanlogin rolconfig rolconnlimit rolcreatedb rolcreaterole rolinherit rolname "
        "rolpassword rolreplication rolsuper rolvaliduntil"
    ),
    "pg_catalog.pg_sequence": ("seqcache seqcycle seqincrement seqmax seqmin seqrelid seqstart seqtypid"),
    "pg_catalog.pg_tables": ("hasindexes hasrules hastriggers rowsecurity schemaname tablename tableowner tablespace"),
    "pg_catalog.pg_tablespace": ("oid spcacl spcname spcoptions spcowner"),
    "pg_catalog.pg_type": (
        "oid typacl typalign typanalyze typarray typbasetype typbyval typcategory typcollation typdefault "
        "typdefaultbin typdelim typelem typinput typisdefined typispreferred typlen typmodin typmodout typname "
        "typnamespace typndims typnotnull typoutput typowner typreceive typrelid typsend typstorage typsubscript "
        "typtype typtypmod"
    ),
    "pg_catalog.pg_views": ("definition schemaname viewname viewowner"),
    "information_schema.columns": (
        "character_maximum_length character_octet_length character_set_catalog character_set_name "
        "character_set_schema collation_catalog collation_name collation_schema column_default column_name "
        "data_type datetime_precision domain_catalog domain_name domain_schema dtd_identifier "
        "generation_expression identity_cycle identity_generation identity_increment identity_maximum "
        "identity_minimum identity_start interval_precision interval_type is_generated is_identity is_nullable "
        "is_self_referencing is_updatable maximum_cardinality numeric_precision numeric_precision_radix "
        "numeric_scale ordinal_position scope_catalog scope_name scope_schema table_catalog table_name "
        "table_schema udt_catalog udt_name udt_schema"
    ),
    "information_schema.constraint_column_usage": (
        "column_name constraint_catalog constraint_name constraint_schema table_catalog table_name table_schema"
    ),
    "information_schema.key_column_usage": (
        "column_name constraint_catalog constraint_name constraint_schema ordinal_position "
        "position_in_unique_constraint table_catalog table_name table_schema"
    ),
    "information_schema.referential_constraints": (
        "constraint_catalog constraint_name constraint_schema delete_rule match_option unique_constraint_catalog "
        "unique_constraint_name unique_constraint_schema update_rule"
    ),
    "information_schema.schemata": (
        "catalog_name default_character_set_catalog default_character_set_name default_character_set_schema "
        "schema_name schema_owner sql_path"
    ),
    "information_schema.sequences": (
        "cycle_option data_type increment maximum_value minimum_value numeric_precision numeric_precision_radix "
        "numeric_scale sequence_catalog sequence_name sequence_schema start_value"
    ),
    "information_schema.table_constraints": (
        "constraint_catalog constraint_name constraint_schema constraint_type enforced initially_deferred "
        "is_deferrable nulls_distinct table_catalog table_name table_schema"
    ),
    "information_schema.tables": (
        "commit_action is_insertable_into is_typed reference_generation self_referencing_column_name "
        "table_catalog table_name table_schema table_type user_defined_type_catalog user_defined_type_name "
        "user_defined_type_schema"
    ),
    "information_schema.views": (
        "check_option is_insertable_into is_trigger_deletable is_trigger_insertable_into is_trigger_updatable "
        "is_updatable table_catalog table_name table_schema view_definition"
    ),
}

_TABLES: Mapping[str, Mapping[str, str]] = {"postgres": _POSTGRES, "sqlite": _SQLITE}


def with_system_tables(catalog: Catalog, dialect: str) -> Catalog:
    """The catalog with the engine's own tables, whose columns have the lowest label; what it has itself stays."""
    tables = _TABLES.get(dialect, {})
    if tables is _SQLITE:  # each attached database has its own
        schemas = {one.name.parts[-2] for one in catalog.datasets if len(one.name.parts) > 1}
        tables = {**tables, **{f"{schema}.{name}": columns for schema in schemas for name, columns in _SQLITE.items()}}
    known = [_dataset(name, columns, catalog.scheme) for name, columns in tables.items() if catalog.get(name) is None]
    return evolve(catalog, datasets=(*catalog.datasets, *known)) if known else catalog


def _dataset(name: str, columns: str, scheme: Scheme) -> Dataset:
    found = tuple(Column(Part(column), scheme.bottom) for column in columns.split())
    return Dataset(parse_name(name), found, scheme.bottom, scheme.bottom)
