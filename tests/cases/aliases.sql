-- dialect: postgres duckdb

-- case: an alias renames the output and nothing else
select ssn as id from users
-- reads: users.ssn
-- output id: users.ssn <-

-- case: an alias in order by wins over the column
select ssn as id from users order by id
-- reads: users.ssn
-- output id: users.ssn <- users.ssn

-- case: a column inside an order by expression is the base column
-- dialect: postgres
select ssn as id from users order by id + 1
-- reads: users.ssn users.id

-- case: a column in group by wins over the alias
-- dialect: postgres
select upper(name) as country from users group by country, name
-- reads: users.name users.country

-- case: an alias in group by
-- dialect: postgres duckdb sqlite mysql bigquery snowflake
select upper(country) as c, count(*) as n from users group by c
-- reads: users.country
-- output c: users.country <- users.country
-- output n: <- users.country

-- case: an alias in having
-- dialect: mysql duckdb sqlite bigquery
select country, count(ssn) as n from users group by country having n > 1
-- reads: users.country users.ssn
-- output country: users.country <- users.country users.ssn
-- output n: users.ssn <- users.country users.ssn

-- case: a table alias hides the table's name
select users.name from users u
-- reads:
-- unresolved: unknown-column

-- case: column aliases of a table
select t.a, t.b from countries as t(a, b)
-- reads: countries.code countries.name
-- output a: countries.code <-
-- output b: countries.name <-

-- case: column aliases of fewer columns than there are
select t.a, t.name from countries as t(a)
-- reads: countries.code countries.name

-- case: column aliases that swap two names
select code from countries as t(name, code)
-- reads: countries.name
-- output code: countries.name <-

-- case: column aliases of a derived table
select t.x from (select id, ssn from users) as t(y, x)
-- reads: users.id users.ssn
-- output x: users.ssn <-

-- case: column aliases of a common table expression
with t(x, y) as (select id, ssn from users) select y from t
-- reads: users.id users.ssn
-- output y: users.ssn <-

-- case: a lateral alias
-- dialect: duckdb snowflake redshift databricks
select ssn as s, upper(s) as t from users
-- reads: users.ssn
-- output s: users.ssn <-
-- output t: users.ssn <-

-- case: a column wins over a lateral alias
-- dialect: snowflake redshift databricks
select ssn as email, upper(email) as t from users
-- reads: users.ssn users.email
-- output email: users.ssn <-
-- output t: users.email <-

-- case: no lateral alias in this dialect
-- dialect: postgres tsql mysql
select ssn as s, upper(s) as t from users
-- reads: users.ssn
-- unresolved: unknown-column

-- case: an alias in where
-- dialect: snowflake duckdb
select ssn as s from users where s like '1%'
-- reads: users.ssn
-- output s: users.ssn <- users.ssn

-- case: unquoted names fold to lower case
-- dialect: postgres
select NAME from USERS
-- reads: users.name

-- case: quoted names keep their case
-- dialect: postgres
select "Case" from "Mixed"
-- reads: "Mixed"."Case"

-- case: an unquoted name does not reach a quoted column
-- dialect: postgres
select Case1, plain from "Mixed"
-- reads: "Mixed".plain
-- unresolved: unknown-column

-- case: case never counts
-- dialect: mysql sqlite duckdb tsql
select NAME from users
-- reads: users.name

-- case: backticks
-- dialect: mysql bigquery spark
select `name` from `users`
-- reads: users.name

-- case: brackets
-- dialect: tsql
select [u].[name] from [app].[users] as [u]
-- reads: users.name
