-- dialect: postgres duckdb

-- case: a table from a query
-- dialect: postgres duckdb sqlite mysql snowflake bigquery spark trino
create table copied as select id, ssn as secret from users where country = 'x'
-- reads: users.id users.ssn users.country
-- writes copied.id: users.id <- users.country
-- writes copied.secret: users.ssn <- users.country
-- kind: create

-- case: a table from a star
create table copied as select * from countries
-- reads: countries.code countries.name
-- writes copied.code: countries.code <-
-- writes copied.name: countries.name <-

-- case: a table with its own column names
-- dialect: postgres
create table copied (a, b) as select id, ssn from users
-- reads: users.id users.ssn
-- writes copied.a: users.id <-
-- writes copied.b: users.ssn <-

-- case: or replace
-- dialect: duckdb snowflake bigquery
create or replace table copied as select email from users
-- reads: users.email
-- writes copied.email: users.email <-

-- case: if not exists
create table if not exists copied as select email from users
-- reads: users.email

-- case: a temporary table
-- dialect: postgres duckdb snowflake
create temporary table copied as select email from users
-- reads: users.email

-- case: select into
-- dialect: postgres tsql
select id, ssn into copied from users where country = 'x'
-- reads: users.id users.ssn users.country

-- case: a view
create view seen as select id, ssn from users
-- reads: users.id users.ssn
-- writes seen.id: users.id <-
-- writes seen.ssn: users.ssn <-
-- engine[postgres]: valid (who makes a view need not read)

-- case: a view with column names
create view seen (a, b) as select id, ssn from users
-- reads: users.id users.ssn
-- writes seen.a: users.id <-
-- writes seen.b: users.ssn <-
-- engine[postgres]: valid (who makes a view need not read)

-- case: a materialized view
-- dialect: postgres snowflake bigquery
create materialized view seen as select country, count(*) as n from users group by country
-- reads: users.country
-- writes seen.country: users.country <- users.country
-- writes seen.n: <- users.country

-- case: a table of its own columns
create table fresh (id int, note text)
-- reads:

-- case: a union
create table copied as select email as v from users union all select status from orders
-- reads: users.email orders.status
-- writes copied.v: users.email orders.status <-

-- case: with a common table expression
create table copied as with t as (select email, ssn from users) select email from t
-- reads: users.email users.ssn
-- writes copied.email: users.email <-

-- case: select into and a union
-- dialect: postgres tsql
select id into copied from users union all select amount from orders; select id from copied
-- reads: users.id orders.amount
-- writes copied.id: orders.amount users.id <-
-- levels: confidential confidential

-- case: select into a temporary table that has a name of the catalog
-- dialect: postgres
select ssn as country into temp users from app.users; select country from users
-- reads: users.ssn
-- writes users.country: users.ssn <-
-- levels: restricted restricted

-- case: select into a program's variable
-- dialect: oracle snowflake
select ssn into v from users
-- reads: users.ssn
-- unresolved: unsupported-construct

-- case: select into a file
-- dialect: mysql
select ssn into outfile 'x' from users
-- reads:
-- unresolved: syntax-error

-- case: a table with the columns of another is empty
-- dialect: mysql snowflake spark
create table copied like users; insert into copied (country) select email from users; select name from copied; select country from copied
-- reads: users.email
-- levels: public confidential public confidential

-- case: a table with the columns of another among its own
-- dialect: postgres
create table copied (like users including all, note text); insert into copied (note) select ssn from users; select note from copied
-- reads: users.ssn
-- datasets: users
-- levels: public restricted restricted
-- engine[postgres]: valid (LIKE wants to read the whole table, of which it takes the names)

-- case: a clone holds the rows
-- dialect: snowflake bigquery
create table copied clone countries; select name from copied
-- reads: countries.code countries.name
-- writes copied.code: countries.code <-
-- writes copied.name: countries.name <-

-- case: a table from another
-- dialect: postgres
create table copied as table countries; select name from copied
-- reads: countries.code countries.name
-- writes copied.code: countries.code <-
-- writes copied.name: countries.name <-

-- case: a table of its own columns holds what flows into it
create table fresh (id int, note text); insert into fresh (id) select id from users; select note from fresh; select id from fresh
-- reads: users.id
-- levels: public internal public internal

-- case: a table that reads from elsewhere is not empty
-- dialect: hive
create external table fresh (id int) location 'x'; select id from fresh
-- reads:
-- unresolved: unknown-dataset

-- case: a copied file is not known
-- dialect: postgres
create table fresh (id int); copy fresh from 'x'; select id from fresh
-- reads:
-- unresolved: unknown-dataset

-- case: the rows of a made table tell of what chose them
-- dialect: postgres duckdb sqlite mysql
create table copied as select code from countries where code in (select ssn from users); select count(*) as n from copied
-- reads: countries.code users.ssn
-- levels: restricted restricted

-- case: a merge into a made table
-- dialect: postgres snowflake
create table fresh (id int, note text);
merge into fresh f using users u on u.id = f.id when matched then update set note = u.ssn; select note from fresh; select id from fresh
-- reads: users.id users.ssn
-- levels: public restricted restricted public

-- case: partitions and clusters
-- dialect: bigquery
create or replace table app.t partition by date(created_at) cluster by id, name as select id, name, created_at from users
-- reads: users.id users.name users.created_at
-- writes t.id: users.id
-- writes t.name: users.name
-- writes t.created_at: users.created_at

-- case: clusters of expressions
-- dialect: snowflake
create table t cluster by (upper(name), id) as select id, name from users
-- reads: users.id users.name

-- case: clusters of a materialised view
-- dialect: bigquery
create materialized view app.v cluster by ssn as select ssn from users
-- reads: users.ssn

-- case: partitions of files
-- dialect: spark databricks
create table t using parquet partitioned by (country) as select id, country from users
-- reads: users.id users.country

-- case: liquid clusters
-- dialect: databricks
create table t using delta cluster by (ssn) as select id, ssn from users
-- reads: users.id users.ssn

-- case: keys of distribution and order
-- dialect: redshift
create table t diststyle key distkey(id) compound sortkey(created_at, ssn) as select id, created_at, ssn from users
-- reads: users.id users.created_at users.ssn

-- case: parts of a merge tree
-- dialect: clickhouse
create table t engine = MergeTree order by (id, ssn) partition by toYYYYMM(created_at) primary key id sample by id
ttl created_at + interval 1 day as select id, ssn, created_at from users
-- reads: users.id users.ssn users.created_at

-- case: ranges and buckets
-- dialect: doris
create table t duplicate key (id) partition by range (created_at) (partition p1 values less than ('2024-01-01'))
distributed by hash(id) buckets 3 as select id, created_at from users
-- reads: users.id users.created_at

-- case: partitions by a column that the table has not
-- dialect: bigquery
create table app.t partition by date(ssn) as select id from users
-- reads: users.id
-- unresolved: unknown-column

-- case: an order by what a function reads
-- dialect: clickhouse
create table t engine = MergeTree order by dictGet('d', 'a', id) as select id from users
-- reads: users.id
-- unresolved: opaque-function

-- case: keys beside the columns
-- dialect: mysql
create table t (id int, key (id), unique key u (id), primary key (id)) select id from users
-- reads: users.id
-- writes t.id: users.id <-
