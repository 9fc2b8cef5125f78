"""Words for cells of the rows of dialects: harmless settings of each engine, and what its SHOW lists without data.

A setting is harmless that changes no name, no star and no meaning of a text: formats, limits, plans, locks, what is
shown or logged, and who asks.
"""

from __future__ import annotations

COMMON = frozenset("timezone time_zone transaction constraints session_characteristics lock_timeout".split())
"""Those of several engines, and what `SET TRANSACTION` and its kin are read as."""

# PostgreSQL, "20. Server Configuration": 20.4 to 20.11.
POSTGRES = COMMON | frozenset(
    """
    datestyle intervalstyle lc_messages lc_monetary lc_numeric lc_time bytea_output extra_float_digits application_name
    client_min_messages log_min_duration_statement log_statement statement_timeout idle_in_transaction_session_timeout
    deadlock_timeout work_mem maintenance_work_mem temp_buffers effective_cache_size random_page_cost seq_page_cost
    cpu_tuple_cost jit max_parallel_workers max_parallel_workers_per_gather default_statistics_target
    synchronous_commit enable_hashagg enable_hashjoin enable_indexonlyscan enable_indexscan enable_material
    enable_mergejoin enable_nestloop enable_partitionwise_join enable_seqscan enable_sort enable_bitmapscan
    enable_tidscan
    """.split()
)
# Redshift, "Configuration Reference": "query_group", "wlm_query_slot_count".
REDSHIFT = POSTGRES | frozenset("query_group wlm_query_slot_count".split())
# DuckDB, "Configuration".
DUCKDB = COMMON | frozenset(
    """
    threads memory_limit max_memory temp_directory preserve_insertion_order enable_progress_bar progress_bar_time
    """.split()
)
# MySQL, "Server System Variables", and InnoDB's.
MYSQL = COMMON | frozenset(
    """
    lc_messages lc_time_names character_set_results collation_connection max_execution_time innodb_lock_wait_timeout
    wait_timeout net_read_timeout net_write_timeout foreign_key_checks unique_checks sql_log_bin group_concat_max_len
    optimizer_switch tx_isolation transaction_isolation
    """.split()
)
# SQL Server, "SET Statements".
TSQL = COMMON | frozenset(
    "nocount xact_abort deadlock_priority datefirst dateformat statistics textsize rowcount".split()
)
# Snowflake, "Parameters".
SNOWFLAKE = COMMON | frozenset(
    """
    query_tag statement_timeout_in_seconds week_start timestamp_output_format date_output_format timestamp_type_mapping
    """.split()
)
# ClickHouse, "Session settings": what begins so says how a query runs, not what it reads. Others hold conditions
# (`additional_table_filters`), or change what a name, a star or a missing FROM means.
CLICKHOUSE = COMMON | frozenset("final join_algorithm join_use_nulls max_threads readonly use_query_cache".split())
CLICKHOUSE_FAMILIES = (
    "async_insert_", "connect_", "distributed_", "format_", "http_", "input_format_", "insert_", "log_", "max_",
    "merge_tree_", "min_", "optimize_", "output_format_", "parallel_", "priority_", "query_cache_", "receive_", "send_",
)  # fmt: skip
# Spark, "Configuration" and "Performance Tuning"; Hive, "Configuration Properties": each may run on the other.
HIVE_FAMILIES = (
    "hive.auto.convert.", "hive.exec.compress.", "hive.exec.dynamic.", "hive.exec.max.", "hive.exec.parallel",
    "hive.exec.reducers.", "hive.execution.engine", "hive.map.aggr", "hive.mapjoin.", "hive.merge.", "hive.optimize.",
    "hive.stats.", "hive.tez.", "hive.vectorized.", "mapred.", "mapreduce.", "spark.default.parallelism",
    "spark.driver.", "spark.dynamicallocation.", "spark.executor.", "spark.memory.", "spark.speculation",
    "spark.sql.adaptive.", "spark.sql.autobroadcastjointhreshold", "spark.sql.broadcasttimeout", "spark.sql.files.",
    "spark.sql.parquet.compression.", "spark.sql.shuffle.", "spark.yarn.", "tez.",
)  # fmt: skip

# MySQL, "SHOW Statements"; Spark and Trino, "SHOW"; DuckDB, "SHOW". Not in it: partitions, which are values; indexes
# and statistics, with figures of columns; what runs and what went wrong, which quote statements.
LISTS = frozenset(
    (
        "all tables", "catalogs", "character set", "collation", "columns", "create database", "create table",
        "create view", "databases", "engines", "fields", "schemas", "status", "tables", "variables", "views",
    )
)  # fmt: skip
