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

-- case: a view with column names
create view seen (a, b) as select id, ssn from users
-- reads: users.id users.ssn
-- writes seen.a: users.id <-
-- writes seen.b: users.ssn <-

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
