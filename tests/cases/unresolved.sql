-- dialect: postgres duckdb

-- case: an unknown table
-- dialect: postgres duckdb sqlite mysql snowflake bigquery tsql trino spark oracle clickhouse redshift
select x from nowhere
-- reads:
-- unresolved: unknown-dataset
-- level: restricted

-- case: an unknown column
-- dialect: postgres sqlite mysql snowflake bigquery tsql trino spark oracle clickhouse redshift
select nickname from users
-- reads:
-- unresolved: unknown-column

-- case: an unknown qualified column
select u.nickname, u.id from users u
-- reads: users.id
-- unresolved: unknown-column

-- case: an ambiguous column reads all that it may mean
select id from users, orders
-- reads: users.id orders.id
-- unresolved: ambiguous-name

-- case: an ambiguous column is unresolved even when both are low
select u.country from users u, countries a, countries b where code = 'x'
-- reads: users.country countries.code
-- unresolved: ambiguous-name

-- case: a syntax error
-- dialect: postgres duckdb sqlite mysql bigquery
select from where group
-- reads:
-- unresolved: syntax-error

-- case: nothing at all in parentheses
select ((((
-- reads:
-- unresolved: syntax-error

-- case: a call
-- dialect: postgres mysql snowflake
call refresh_all()
-- reads:
-- unresolved: unsupported-statement

-- case: dynamic text
-- dialect: postgres
execute plan_one(1)
-- reads:
-- unresolved: dynamic-sql

-- case: a block in a string
-- dialect: postgres
do $$ begin delete from users; end $$
-- reads:
-- unresolved: dynamic-sql

-- case: query to xml
-- dialect: postgres
select query_to_xml('select ssn from users', true, false, '')
-- reads:
-- unresolved: opaque-function

-- case: a remote query
-- dialect: postgres
select t.x from dblink('host=h', 'select ssn from users') as t(x text)
-- reads:
-- unresolved: opaque-function

-- case: a file read by name
-- dialect: duckdb
select * from 'people.parquet'
-- reads:
-- unresolved: unknown-dataset

-- case: a file function
-- dialect: duckdb
select * from read_csv('people.csv')
-- reads:
-- unresolved: opaque-function

-- case: statistics that hold data
-- dialect: postgres
select most_common_vals from pg_stats
-- reads:
-- unresolved: unknown-dataset

-- case: a table function that nobody knows
-- dialect: snowflake
select * from table(my_function(1))
-- reads:
-- unresolved: opaque-function

-- case: a column in a unit's place
-- dialect: postgres
select date_trunc(name, created_at) as d from users
-- reads: users.name users.created_at

-- case: two words
-- dialect: sqlite databricks
hello world
-- reads:
-- unresolved: unsupported-statement

-- case: one word
notice
-- dialect: postgres
-- reads:
-- unresolved: unsupported-statement

-- case: something known beside something unknown
select u.ssn, n.x from users u join nowhere n on n.id = u.id
-- reads: users.ssn users.id
-- unresolved: unknown-dataset

-- case: replace into
-- dialect: mysql
replace into countries (code) /*! select ssn from users */
-- reads:
-- unresolved: unsupported-statement

-- case: a column by its number
-- dialect: snowflake
select $4 from users
-- reads:
-- unresolved: unsupported-construct

-- case: a column by a number that no source has
-- dialect: duckdb
select #8 from users
-- reads:
-- unresolved: unknown-column

-- case: a column that a literal names
-- dialect: snowflake
select identifier('ssn') from users
-- reads:
-- unresolved: unsupported-construct

-- case: a unit that is a column, which the parser drops
-- dialect: spark
select trunc(created_at, country) as d from users
-- reads: users.created_at
-- unresolved: unsupported-construct

-- case: a setting that filters by a text
-- dialect: clickhouse
select id from users settings additional_table_filters = {'users': 'ssn = 1'}
-- reads: users.id
-- unresolved: unsupported-construct

-- case: a format that is a column, which the parser drops
-- dialect: tsql
select format(created_at, country) as d from users
-- reads: users.created_at
-- unresolved: unsupported-construct

-- case: a locale that is a column, which the parser drops
-- dialect: mysql
select date_format(created_at, '%M', country) as d from users
-- reads: users.created_at
-- unresolved: unsupported-construct

-- case: a function that reads a dictionary, one for each type of value
-- dialect: clickhouse
select dictGetString('names', 'ssn', id), dictHas('names', id) from users
-- reads: users.id
-- unresolved: opaque-function

-- case: a parameter that names a column
-- dialect: clickhouse
select {c:Identifier} from users where id = {x:UInt64}
-- reads: users.id
-- unresolved: dynamic-sql

-- case: a parameter whose text is put into the statement
-- dialect: spark hive databricks
select ${c} from users
-- reads:
-- unresolved: dynamic-sql

-- case: functions that run any method
-- dialect: spark hive databricks
select reflect('a.B', 'c', id), java_method('a.B', 'd') from users
-- reads: users.id
-- unresolved: opaque-function

-- case: a secret
-- dialect: databricks
select secret('scope', 'key')
-- reads:
-- unresolved: opaque-function

-- case: a function that runs a text as SQL
-- dialect: sqlite
select eval('select ssn from users')
-- reads:
-- unresolved: opaque-function

-- case: a function that runs a document as SQL
-- dialect: duckdb
select json_execute_serialized_sql('{}')
-- reads:
-- unresolved: opaque-function

-- case: a package that runs a text as SQL
-- dialect: oracle
select dbms_xmlgen.getxml('select ssn from users') from dual
-- reads:
-- unresolved: opaque-function

-- case: an XQuery that names a column
-- dialect: tsql
select payload.value('sql:column("kind")', 'int') as n from events
-- reads: events.payload
-- unresolved: opaque-function

-- case: an XQuery that names a table
-- dialect: oracle
select t.n from xmltable('fn:collection("oradb:/APP/USERS")' columns n number path 'x') t
-- reads:
-- unresolved: opaque-function
