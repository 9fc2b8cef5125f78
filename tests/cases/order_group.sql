-- dialect: postgres duckdb

-- case: where is indirect
select name from users where ssn like '1%'
-- reads: users.name users.ssn
-- output name: users.name <- users.ssn
-- kinds users.ssn: filter
-- spans users.ssn: ssn
-- level: restricted

-- case: a column that is returned and filtered by
select name from users where name is not null
-- reads: users.name
-- output name: users.name <- users.name
-- kinds users.name: identity filter

-- case: order by is indirect
select name from users order by created_at
-- reads: users.name users.created_at
-- output name: users.name <- users.created_at
-- kinds users.created_at: sort

-- case: order by a position
select name, ssn from users order by 2
-- reads: users.name users.ssn
-- output name: users.name <- users.ssn
-- output ssn: users.ssn <- users.ssn

-- case: order by an expression
select name from users order by lower(email) desc nulls last
-- reads: users.name users.email

-- case: group by
select country, count(*) as n from users group by country
-- reads: users.country
-- output country: users.country <- users.country
-- output n: <- users.country
-- kinds users.country: identity group_by

-- case: group by a position
select country, count(*) as n from users group by 1
-- reads: users.country
-- output country: users.country <- users.country
-- output n: <- users.country

-- case: an aggregate is direct
select sum(amount) as total from orders
-- reads: orders.amount
-- output total: orders.amount <-
-- kinds orders.amount: aggregation

-- case: having is indirect
select country from users group by country having max(ssn) > 'x'
-- reads: users.country users.ssn
-- output country: users.country <- users.country users.ssn

-- case: grouping sets
-- dialect: postgres duckdb snowflake
select country, count(*) as n from users group by grouping sets ((country), (manager_id), ())
-- reads: users.country users.manager_id
-- output country: users.country <- users.country users.manager_id
-- output n: <- users.country users.manager_id

-- case: rollup
-- dialect: postgres duckdb snowflake bigquery
select country, count(*) as n from users group by rollup (country, manager_id)
-- reads: users.country users.manager_id

-- case: rollup as a suffix
-- dialect: mysql
select country, count(*) as n from users group by country with rollup
-- reads: users.country

-- case: cube
select country, count(*) as n from users group by cube (country, manager_id)
-- reads: users.country users.manager_id

-- case: group by all
-- dialect: duckdb snowflake databricks bigquery
select country, upper(name) as u, sum(id) as s from users group by all
-- reads: users.country users.name users.id
-- output country: users.country <- users.country users.name
-- output u: users.name <- users.country users.name
-- output s: users.id <- users.country users.name

-- case: order by all
-- dialect: duckdb
select name, email from users order by all
-- reads: users.name users.email
-- output name: users.name <- users.name users.email
-- output email: users.email <- users.name users.email

-- case: group by an expression
select date_trunc('month', created_at) as m, count(*) as n from users group by date_trunc('month', created_at)
-- reads: users.created_at

-- case: distinct
select distinct country from users
-- reads: users.country

-- case: distinct in an aggregate
select count(distinct ssn) as n from users
-- reads: users.ssn
-- output n: users.ssn <-

-- case: filter on an aggregate
select count(*) filter (where ssn is null) as n, max(name) as m from users
-- reads: users.ssn users.name
-- output n: <- users.ssn
-- output m: users.name <-

-- case: within group
-- dialect: postgres duckdb snowflake
select percentile_cont(0.5) within group (order by amount) as p from orders
-- reads: orders.amount

-- case: order by in an aggregate
select string_agg(name, ',' order by created_at) as names from users
-- reads: users.name users.created_at
-- output names: users.name <- users.created_at

-- case: grouping
select country, grouping(country) as g from users group by rollup (country)
-- reads: users.country

-- case: qualify
-- dialect: snowflake duckdb bigquery databricks
select name from users qualify row_number() over (partition by country order by created_at) = 1
-- reads: users.name users.country users.created_at
-- output name: users.name <- users.country users.created_at

-- case: top
-- dialect: tsql
select top 10 name from users order by amount_rank
-- reads: users.name
-- unresolved: unknown-column

-- case: limit a constant
-- dialect: postgres duckdb mysql sqlite
select name from users limit 5 offset 2
-- reads: users.name
-- output name: users.name <-

-- case: fetch first
-- dialect: postgres oracle
select name from users order by id fetch first 5 rows only
-- reads: users.name users.id

-- case: case is conditional
select case when ssn is null then name else email end as x from users
-- reads: users.ssn users.name users.email
-- output x: users.name users.email <- users.ssn
-- kinds users.ssn: conditional

-- case: case with an operand
select case country when 'us' then name else 'n/a' end as x from users
-- reads: users.country users.name
-- output x: users.name <- users.country

-- case: coalesce is direct
select coalesce(name, email) as x from users
-- reads: users.name users.email
-- output x: users.name users.email <-
-- kinds users.name: transformation

-- case: a cast keeps the origin
select cast(ssn as varchar(4)) as x from users
-- reads: users.ssn
-- output x: users.ssn <-

-- case: a hash is not a way out
select md5(ssn) as x from users
-- reads: users.ssn
-- output x: users.ssn <-
-- level: restricted

-- case: between and in
select id from users where id between manager_id and 9 and country in ('a', name)
-- dialect: duckdb sqlite mysql
-- reads: users.id users.manager_id users.country users.name

-- case: is distinct from
select id from users where name is distinct from email
-- reads: users.id users.name users.email

-- case: a select without a table
select 1 as one, current_date as today
-- reads:
-- datasets:
-- level: public

-- case: sort by and cluster by
-- dialect: spark hive
select name from users distribute by country sort by created_at
-- reads: users.name users.country users.created_at

-- case: cluster by
-- dialect: spark hive
select name from users cluster by manager_id
-- reads: users.name users.manager_id

-- case: prewhere
-- dialect: clickhouse
select name from users prewhere ssn = 'x' where id > 0
-- reads: users.name users.ssn users.id

-- case: limit by
-- dialect: clickhouse
select name from users order by id limit 1 by country
-- reads: users.name users.id users.country
-- output name: users.name <- users.id users.country

-- case: connect by
-- dialect: oracle
select name from users start with manager_id is null connect by prior id = manager_id
-- reads: users.name users.manager_id users.id

-- case: the depth that connect by counts
-- dialect: oracle snowflake
select name, level from users start with manager_id is null connect by prior id = manager_id and level < 3
-- reads: users.name users.manager_id users.id

-- case: sample by rows
-- dialect: postgres
select name from users tablesample system (10)
-- reads: users.name

-- case: for update
-- dialect: postgres mysql
select name from users where id = 1 for update
-- reads: users.name users.id

-- case: time travel
-- dialect: snowflake
select name from users at(timestamp => '2024-01-01'::timestamp)
-- reads: users.name

-- case: system time
-- dialect: bigquery
select name from users for system_time as of timestamp '2024-01-01'
-- reads: users.name

-- case: final
-- dialect: clickhouse
select name from users final
-- reads: users.name

-- case: a lock hint
-- dialect: tsql
select name from users with (nolock)
-- reads: users.name

-- case: a pipe
-- dialect: bigquery
from users |> where ssn = 'x' |> select name
-- reads: users.name users.ssn
-- output name: users.name <- users.ssn

-- case: an operator that sorts
-- dialect: postgres
select id from users order by name using <, email using ~<~
-- reads: users.id users.name users.email
-- output id: users.id <- users.name users.email

-- case: an operator of one's own
-- dialect: postgres
select id <<| manager_id as a from users where box '(1,1)' ~= box '(2,2)' and email ~<~ name
-- reads: users.id users.manager_id users.email users.name
-- output a: users.id users.manager_id <- users.email users.name
-- engine[postgres]: no (no such operator)

-- case: a direction in group by
-- dialect: mysql
select country, count(*) as n from users group by country desc having max(ssn) > 'a' order by country desc
-- reads: users.country users.ssn

-- case: words that say how before distinct
-- dialect: mysql
select sql_calc_found_rows distinct name from users limit 3
-- reads: users.name

-- case: an order by an output's number with a mark
-- dialect: duckdb
select name, ssn from users order by #1 collate nocase
-- reads: users.name users.ssn
-- output name: users.name <- users.name
-- output ssn: users.ssn <- users.name

-- case: an order by a column's number in an expression
-- dialect: duckdb
select name from users order by #4 || 'x'
-- reads: users.name users.ssn

-- case: outputs said to be meant
-- dialect: duckdb
select ssn as name from users where alias.name is not null group by alias.name
-- reads: users.ssn

-- case: an expression in order by sorts by the column, a bare name by the output
-- dialect: duckdb
select name as ssn from users order by ssn || 'x'
-- reads: users.name users.ssn
-- output ssn: users.name <- users.ssn

-- case: having may mean the output where the column is not grouped
-- dialect: duckdb
select max(ssn) as email, country from users group by country having email > 'x'
-- reads: users.ssn users.country users.email
-- output email: users.ssn <- users.country users.email users.ssn
-- output country: users.country <- users.country users.email users.ssn

-- case: all outputs decide their order
-- dialect: duckdb
select name, ssn from users order by all desc
-- reads: users.name users.ssn
-- output name: users.name <- users.name users.ssn
-- output ssn: users.ssn <- users.name users.ssn

-- case: all outputs decide their order, grouped
-- dialect: spark databricks
select name, sum(id) as s from users group by name order by all
-- reads: users.id users.name
-- output name: users.name <- users.id users.name
-- output s: users.id <- users.id users.name

-- case: rows that fill gaps
-- dialect: clickhouse
select id, country from users order by created_at with fill from (select min(seen_at) from events) to now() step interval 1 day
-- reads: users.id users.country users.created_at events.seen_at
-- output id: users.id <- users.created_at events.seen_at
-- output country: users.country <- users.created_at events.seen_at

-- case: what other columns have in rows that fill gaps
-- dialect: clickhouse
select id, country as c, name from users order by id with fill interpolate (c as concat(c, email), name)
-- reads: users.id users.country users.name users.email
-- output id: users.id <- users.id
-- output c: users.country users.email <- users.id
-- output name: users.name <- users.id

-- case: what the row before was filled with
-- dialect: clickhouse
select id, country, name from users order by id with fill interpolate (country as name, name as ssn)
-- reads: users.id users.country users.name users.ssn
-- output id: users.id <- users.id
-- output country: users.country users.name users.ssn <- users.id
-- output name: users.name users.ssn <- users.id

-- case: an output that is not there, in rows that fill gaps
-- dialect: clickhouse
select id from users order by id with fill interpolate (name as ssn)
-- reads: users.id users.ssn
-- unresolved: unsupported-construct
