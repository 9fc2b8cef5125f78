-- dialect: postgres

-- case: a condition of IF decides
-- dialect: mysql bigquery duckdb
select if(ssn is null, name, email) as x from users
-- reads: users.email users.name users.ssn
-- output x: users.email users.name <- users.ssn

-- case: NVL2 returns what it does not test
-- dialect: oracle snowflake
select nvl2(ssn, name, email) as x from users
-- reads: users.email users.name users.ssn
-- output x: users.email users.name <- users.ssn

-- case: an aggregate takes the row where another column is highest
-- dialect: bigquery
select any_value(name having max ssn) as x from users
-- reads: users.name users.ssn
-- output x: users.name <- users.ssn

-- case: a column is named like a constant
-- dialect: sqlite duckdb
select true as a from (select ssn as "true" from users) t
-- reads: users.ssn
-- output a: users.ssn <-

-- case: a column is named like who asks
-- dialect: sqlite duckdb
select current_user as a from (select ssn as "current_user" from users) t
-- reads: users.ssn
-- output a: users.ssn <-

-- case: a column is named like the role
-- dialect: duckdb
select current_role as a from (select ssn as "current_role" from users) t
-- reads: users.ssn
-- output a: users.ssn <-

-- case: a column is named like the schema
-- dialect: duckdb
select current_schema as a from (select ssn as "current_schema" from users) t
-- reads: users.ssn
-- output a: users.ssn <-

-- case: a column is named like the catalog
-- dialect: duckdb
select current_catalog as a from (select ssn as "current_catalog" from users) t
-- reads: users.ssn
-- output a: users.ssn <-

-- case: a column is named like a moment
-- dialect: duckdb
select current_time as a, current_timestamp as b, current_date as c from (select ssn as "current_time", email as "current_timestamp", name as "current_date" from users) t
-- reads: users.email users.name users.ssn
-- output a: users.ssn <-
-- output b: users.email <-
-- output c: users.name <-

-- case: a column is named like a local moment
-- dialect: duckdb
select localtime as a, localtimestamp as b, session_user as c from (select ssn as "localtime", email as "localtimestamp", name as "session_user" from users) t
-- reads: users.email users.name users.ssn
-- output a: users.ssn <-
-- output b: users.email <-
-- output c: users.name <-

-- case: an array in the outputs makes rows
-- dialect: postgres
select unnest(tags) as x from events
-- reads: events.tags
-- output x: events.tags <- events.tags

-- case: an array in the outputs makes rows, even of none
-- dialect: spark databricks hive
select posexplode_outer(tags) from events
-- reads: events.tags
-- output posexplode_outer: events.tags <- events.tags

-- case: structs in the outputs make rows
-- dialect: spark databricks hive
select inline(payload) from events
-- reads: events.payload
-- output inline: events.payload <- events.payload

-- case: values in the outputs make rows
-- dialect: spark databricks hive
select stack(2, name, email) from users
-- reads: users.email users.name
-- output stack: users.email users.name <- users.email users.name

-- case: a series in the outputs makes rows
-- dialect: postgres
select generate_series(1, id) as x from users
-- reads: users.id
-- output x: users.id <- users.id

-- case: a flattened value
-- dialect: snowflake
select flatten(tags) as x from events
-- reads: events.tags
-- output x: events.tags <- events.tags

-- case: an aggregate with a condition in its name
-- dialect: clickhouse
select sumIf(amount, status = 'x') as s from orders
-- reads: orders.amount orders.status
-- output s: orders.amount orders.status <-

-- case: an aggregate with parameters
-- dialect: clickhouse
select quantile(0.9)(amount) as s from orders
-- reads: orders.amount
-- output s: orders.amount <-

-- case: an aggregate with parameters and a condition
-- dialect: clickhouse
select quantileIf(0.9)(amount, status = 'x') as s from orders
-- reads: orders.amount orders.status
-- output s: orders.amount orders.status <-

-- case: an aggregate that nobody else has
-- dialect: clickhouse
select sumMap(payload) as s from events
-- reads: events.payload
-- output s: events.payload <-

-- case: whether a union has rows
-- dialect: postgres duckdb sqlite mysql
select id from users where exists (select ssn from users union select name from countries)
-- reads: countries.name users.id users.ssn
-- output id: users.id <- countries.name users.ssn

-- case: an array of a union
-- dialect: postgres duckdb
select array(select ssn from users union select name from countries) as a
-- reads: countries.name users.ssn
-- output a: countries.name users.ssn <- countries.name users.ssn

-- case: an array of an intersection
-- dialect: postgres duckdb
select array(select ssn from users intersect select name from countries) as a
-- reads: countries.name users.ssn
-- output a: countries.name users.ssn <- countries.name users.ssn

-- case: an array of a difference
-- dialect: postgres duckdb
select array(select ssn from users except select name from countries) as a
-- reads: countries.name users.ssn
-- output a: countries.name users.ssn <- countries.name users.ssn

-- case: a value among those of a list of rows
-- dialect: postgres duckdb sqlite
select id from users where name in (values (ssn), (email))
-- reads: users.email users.id users.name users.ssn
-- output id: users.id <- users.email users.name users.ssn

-- case: an array of a table
-- dialect: postgres
select array(table daily) as a
-- reads: daily.country daily.day daily.total
-- output a: daily.country daily.day daily.total <-
-- engine: no (of a table with one column alone)

-- case: a merge in a common table expression
-- dialect: postgres
with m as (merge into countries c using users u on c.code = u.country when matched then update set name = u.ssn returning c.name) select name from m
-- reads: countries.code countries.name users.country users.ssn
-- output name: countries.name users.ssn <- countries.code users.country
-- writes countries.name: users.ssn <- countries.code users.country
-- engine: no (since PostgreSQL 17)

-- case: a table in two pairs of parentheses
-- dialect: mysql sqlite
select name from ((users))
-- reads: users.name
-- output name: users.name <-

-- case: several functions side by side
-- dialect: postgres
select t.x from events e, rows from (unnest(e.tags), jsonb_each(e.payload)) as t(x, k, v)
-- reads: events.payload events.tags
-- output x: events.tags <- events.payload events.tags

-- case: texts of other kinds
-- dialect: postgres
select N'a' as a, x'1f' as b, b'01' as c, U&'\0061' as d, $$a$$ as e, email from users
-- reads: users.email

-- case: texts of other kinds in BigQuery
-- dialect: bigquery
select r'a' as a, b'a' as b, email from users
-- reads: users.email
-- output a: <-
-- output b: <-
-- output email: users.email <-

-- case: a text with its character set
-- dialect: mysql
select _utf8mb4'a' as a, x'1f' as b, b'01' as c, @@version as d, convert(email using utf8mb4) as e from users
-- reads: users.email

-- case: a type that is a table's name
-- dialect: postgres
select 'users'::regclass as a, email from users
-- reads: users.email
-- output a: <-
-- output email: users.email <-

-- case: an interval between two units
-- dialect: oracle spark
select interval '1' year as a, interval '1-2' year to month as b, email from users
-- reads: users.email
-- output a: <-
-- output b: <-
-- output email: users.email <-

-- case: the lowest of all
-- dialect: postgres duckdb sqlite
select min(ssn) as m from users
-- reads: users.ssn
-- output m: users.ssn <-

-- case: an interval of so many days
-- dialect: mysql bigquery
select date_add(created_at, interval id day) as d from users
-- reads: users.created_at users.id
-- output d: users.created_at users.id <-

-- case: so many rows as a query tells
-- dialect: postgres
select id from users fetch first (select max(amount) from orders) rows only
-- reads: orders.amount users.id
-- output id: users.id <- orders.amount

-- case: a share that a column tells
-- dialect: duckdb
select percentile_cont(0.5) within group (order by amount) as p from orders
-- reads: orders.amount
-- output p: orders.amount <-

-- case: a rank among the groups
-- dialect: postgres
select rank('3') within group (order by ssn) as r from users
-- reads: users.ssn
-- output r: users.ssn <-

-- case: an array of arrays made one
-- dialect: snowflake
select array_flatten(tags) as x from events
-- reads: events.tags
-- output x: events.tags <- events.tags

-- case: an aggregate whose parameters tell how many
-- dialect: clickhouse
select topK(10)(name) as s from users
-- reads: users.name
-- output s: users.name <-

-- case: a text in another character set
-- dialect: mysql
select cast(name as char character set utf8mb4) as a from users
-- reads: users.name
-- output a: users.name <-

-- case: a column is named like the role, elsewhere
-- dialect: databricks bigquery
select current_role as a from (select ssn as `current_role` from users) t
-- reads: users.ssn
-- output a: users.ssn <-

-- case: a column is named like the schema, elsewhere
-- dialect: spark bigquery
select current_schema as a from (select ssn as `current_schema` from users) t
-- reads: users.ssn
-- output a: users.ssn <-

-- case: a name that the caller gives
-- dialect: clickhouse
select {x:Identifier} as a from users
-- reads:
-- unresolved: dynamic-sql

-- case: an array's elements as a row
-- dialect: postgres duckdb
select u from events, unnest(tags) as u(x)
-- reads: events.tags
-- output u: events.tags <- events.tags

-- case: an interval of so many days, added
-- dialect: mysql
select created_at + interval id day as d from users
-- reads: users.created_at users.id
-- output d: users.created_at users.id <-

-- case: an interval of so many days, made
-- dialect: postgres
select make_interval(days => id) as i from users
-- reads: users.id
-- output i: users.id <-

-- case: a share of the values of a column
-- dialect: bigquery
select percentile_cont(amount, 0.5) over () as p from orders
-- reads: orders.amount
-- output p: orders.amount <-

-- case: a rank that a value would have
-- dialect: postgres
select country, rank(country) within group (order by email) as r from users group by country
-- reads: users.country users.email
-- output country: users.country <- users.country
-- output r: users.country users.email <- users.country

-- case: a sample as large as a query tells
-- dialect: postgres
select id from users tablesample bernoulli ((select max(amount) from orders))
-- reads: orders.amount users.id
-- output id: users.id <- orders.amount
-- engine: no (there is no row, and no amount is no share)

-- case: a table as it was when a query tells
-- dialect: bigquery
select id from users for system_time as of (select max(created_at) from orders)
-- reads: orders.created_at users.id
-- output id: users.id <- orders.created_at

-- case: a table as it was, in Snowflake
-- dialect: snowflake
select id from users at(timestamp => (select max(created_at) from orders))
-- reads: orders.created_at users.id
-- output id: users.id <- orders.created_at

-- case: a frame as long as a query tells
-- dialect: postgres
select sum(id) over (order by id rows between (select max(amount) from orders) preceding and current row) as s from users
-- reads: orders.amount users.id
-- output s: users.id <- orders.amount users.id
-- engine: no (there is no row, and no amount is no frame)

-- case: all of a table
-- dialect: postgres duckdb mysql
table countries
-- reads: countries.code countries.name
-- spans countries.code: countries

-- case: an element of an array by its number
-- dialect: bigquery
select tags[offset(0)] as a, tags[ordinal(1)] as b from events
-- reads: events.tags
-- output a: events.tags <-
-- output b: events.tags <-

-- case: a value among the elements of an array
-- dialect: bigquery
select id from events where 'x' in unnest(tags)
-- reads: events.id events.tags
-- output id: events.id <- events.tags

-- case: a type that no column has
-- dialect: postgres
select name::text::cstring as a from users
-- reads: users.name
-- output a: users.name <-
