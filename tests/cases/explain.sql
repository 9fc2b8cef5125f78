-- dialect: postgres

-- case: a plan of a query
-- dialect: postgres duckdb sqlite mysql spark trino snowflake bigquery
explain select id from users where ssn is null
-- reads: users.id users.ssn

-- case: with options
explain (analyze, costs off, format json) select name from users order by ssn
-- reads: users.name users.ssn

-- case: with words
explain analyze verbose (select ssn from users)
-- reads: users.ssn

-- case: between others
select id from users; explain with t as (select ssn from users) select * from t; select code from countries
-- reads: users.id users.ssn countries.code

-- case: a whole table
explain table countries
-- reads: countries.code countries.name

-- case: a change
-- dialect: postgres mysql
explain update users set name = ssn where id = 1
-- reads: users.id users.ssn
-- writes users.name: users.ssn <- users.id
-- engine: no (it takes no UPDATE for what it only reads)

-- case: the kind that another engine has
-- dialect: sqlite
explain query plan select id from users where ssn = 'x'
-- reads: users.id users.ssn

-- case: a plan that a table keeps
-- dialect: oracle
explain plan for select ssn from users
-- reads: users.ssn

-- case: words of EXPLAIN in a text
explain select ';explain (analyze) select ' from users where ssn = 'x'
-- reads: users.ssn

-- case: what is made by what is explained
explain create table t as select ssn from users
-- reads:
-- unresolved: unsupported-statement

-- case: a table from what is explained
explain select ssn into t from users
-- reads: users.ssn
-- unresolved: unsupported-construct

-- case: options that nobody knows
explain (select 1) select ssn from users
-- reads:
-- unresolved: syntax-error

-- case: a query that is described
-- dialect: duckdb
describe select ssn from users
-- reads: users.ssn

-- case: a table that is described
-- dialect: mysql duckdb snowflake trino clickhouse
describe users
-- reads:

-- case: with figures of what it holds
-- dialect: spark databricks
describe extended users
-- reads:
-- unresolved: unsupported-construct

-- case: what was done to it
-- dialect: databricks
describe history users
-- reads:
-- unresolved: unsupported-construct

-- case: its columns
-- dialect: mysql
show full columns from users from app like 's%'
-- reads:

-- case: its columns, in other words
-- dialect: mysql trino
show fields in users
-- reads:

-- case: its definition
-- dialect: mysql clickhouse spark
show create table users
-- reads:

-- case: tables
-- dialect: mysql duckdb spark trino redshift clickhouse
show tables
-- reads:

-- case: tables with numbers of their rows
-- dialect: snowflake
show tables
-- reads:
-- unresolved: unsupported-statement

-- case: values of partitions
-- dialect: spark hive
show partitions users
-- reads:
-- unresolved: unsupported-statement

-- case: figures of columns
-- dialect: mysql
show index from users
-- reads:
-- unresolved: unsupported-statement

-- case: a condition that runs a query
-- dialect: mysql
show tables where (select max(ssn) from users) > 'x'
-- reads:
-- unresolved: unsupported-statement
