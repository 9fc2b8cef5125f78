-- dialect: postgres duckdb

-- case: a star is every column, in order
-- dialect: postgres duckdb sqlite mysql snowflake bigquery tsql trino spark oracle clickhouse redshift
select * from countries
-- reads: countries.code countries.name
-- output code: countries.code <-
-- output name: countries.name <-

-- case: a star over a join is both sides, in order
select * from countries c join daily d on d.country = c.code
-- reads: countries.code countries.name daily.day daily.country daily.total
-- output code: countries.code <- daily.country countries.code
-- output name: countries.name <- daily.country countries.code
-- output day: daily.day <- daily.country countries.code
-- output country: daily.country <- daily.country countries.code
-- output total: daily.total <- daily.country countries.code

-- case: a qualified star is one side
select c.* from countries c join daily d on d.country = c.code
-- reads: countries.code countries.name daily.country

-- case: a star by the table's own name
select countries.* from countries, users
-- reads: countries.code countries.name
-- datasets: countries users

-- case: a star beside columns
select c.*, upper(c.name) as loud from countries c
-- reads: countries.code countries.name
-- output code: countries.code <-
-- output name: countries.name <-
-- output loud: countries.name <-

-- case: a star of a derived table is its outputs
select * from (select id, ssn as secret from users) t
-- reads: users.id users.ssn
-- output id: users.id <-
-- output secret: users.ssn <-

-- case: a star of a common table expression
with t as (select email, country from users) select * from t
-- reads: users.email users.country
-- output email: users.email <-
-- output country: users.country <-

-- case: a star of a star
select * from (select * from countries) t
-- reads: countries.code countries.name

-- case: a star in exists reads every column and returns none
select name from users u where exists (select * from orders o where o.user_id = u.id)
-- reads: users.name users.id orders.id orders.user_id orders.amount orders.status orders.created_at

-- case: count of a star reads no column
-- dialect: postgres duckdb sqlite mysql bigquery snowflake tsql
select count(*) as n from users
-- reads:
-- datasets: users
-- output n: <-
-- level: public

-- case: count of one reads no column
select count(1) as n from users
-- reads:
-- datasets: users

-- case: exclude
-- dialect: duckdb snowflake
select * exclude (ssn, email) from users
-- reads: users.id users.name users.country users.manager_id users.created_at

-- case: except
-- dialect: bigquery databricks
select * except (ssn, email) from users
-- reads: users.id users.name users.country users.manager_id users.created_at

-- case: replace keeps the place and the name
-- dialect: duckdb bigquery
select * replace (upper(code) as name) from countries
-- reads: countries.code
-- output code: countries.code <-
-- output name: countries.code <-

-- case: replace with a second table's column
-- dialect: duckdb
select c.* replace (d.total as name) from countries c join daily d on d.country = c.code
-- reads: countries.code daily.total daily.country
-- output code: countries.code <- daily.country countries.code
-- output name: daily.total <- daily.country countries.code

-- case: rename
-- dialect: duckdb snowflake
select * rename (code as iso) from countries
-- reads: countries.code countries.name
-- output iso: countries.code <-
-- output name: countries.name <-

-- case: exclude on a qualified star
-- dialect: duckdb snowflake
select u.* exclude (ssn, email, name, manager_id), o.amount from users u join orders o on o.user_id = u.id
-- reads: users.id users.country users.created_at orders.amount orders.user_id

-- case: ilike on a star
-- dialect: snowflake
select * ilike '%na%' from countries
-- reads: countries.name

-- case: like on a star
-- dialect: duckdb
select * like 'na%' from countries
-- reads: countries.name

-- case: columns by a regular expression
-- dialect: duckdb
select columns('^co') from countries
-- reads: countries.code
-- output code: countries.code <-

-- case: columns of all
-- dialect: duckdb
select max(columns(*)) from countries
-- reads: countries.code countries.name

-- case: columns with exclude
-- dialect: duckdb
select columns(* exclude (ssn)) from users
-- reads: users.id users.name users.email users.country users.manager_id users.created_at

-- case: from alone is a star
-- dialect: duckdb
from countries
-- reads: countries.code countries.name

-- case: from first
-- dialect: duckdb
from users select name where ssn is not null
-- reads: users.name users.ssn

-- case: table alone is a star
-- dialect: postgres mysql
table countries
-- reads: countries.code countries.name

-- case: struct star
-- dialect: duckdb bigquery
select home.* from profiles
-- reads: profiles.home profiles.home.city profiles.home.street

-- case: composite star
-- dialect: postgres
select (home).* from profiles
-- reads: profiles.home profiles.home.city profiles.home.street

-- case: a star without a source of that name
select x.* from countries c
-- reads:
-- unresolved: unknown-column

-- case: a star as an argument is every column
-- dialect: snowflake
select object_construct(*) as o from countries
-- reads: countries.code countries.name
-- output o: countries.code countries.name <-

-- case: a star in braces
-- dialect: snowflake
select {*} as o from countries
-- reads: countries.code countries.name

-- case: a star in a checksum
-- dialect: tsql
select checksum(*) as c from countries
-- reads: countries.code countries.name

-- case: an excluded column of one table alone
-- dialect: duckdb
select * exclude (u.name) from users u, countries c
-- reads: users.id users.email users.ssn users.country users.manager_id users.created_at countries.code countries.name

-- case: not like on a star
-- dialect: duckdb
select * not like '%na%' from countries
-- reads: countries.code

-- case: an aggregate of each column
-- dialect: duckdb
select min(columns('^co')) as least from countries
-- reads: countries.code

-- case: no list is no column
-- dialect: postgres
select id from orders o where exists (select from users u where u.id = o.user_id)
-- reads: orders.id orders.user_id users.id

-- case: an alias with the name of each column
-- dialect: duckdb
select most_code from (select max(columns('^(co.*)$')) as "most_\1" from countries)
-- reads: countries.code

-- case: a pattern that may take long is not tried
-- dialect: duckdb
select columns('(a+)+$') from countries
-- reads: countries.code countries.name
-- unresolved: unsupported-construct

-- case: columns by a condition on their names
-- dialect: duckdb
select columns(lambda c: c like 'c%' and not c = 'country') from countries
-- reads: countries.code

-- case: columns by a list that a condition makes
-- dialect: duckdb
select columns([c for c in (*) if c similar to 'na.*' or c in ('x')]) from countries
-- reads: countries.name

-- case: columns by a list of names
-- dialect: duckdb
select columns(['CODE']) from countries
-- reads: countries.code

-- case: columns by a call
-- dialect: duckdb
select columns(list_concat(['code'], ['code'])) from countries
-- reads: countries.code countries.name
-- unresolved: unsupported-construct

-- case: columns as a list of arguments
-- dialect: duckdb
select coalesce(*columns(*)) as c from countries
-- reads: countries.code countries.name
-- output c: countries.code countries.name <-

-- case: columns in a filter
-- dialect: duckdb
select 1 as one from countries where columns('^co') is not null
-- reads: countries.code

-- case: columns of one source
-- dialect: duckdb
select columns(c.*) from countries c, users
-- reads: countries.code countries.name

-- case: like on a qualified star
-- dialect: duckdb
select c.* like 'co%', u.* not similar to '[a-m].*|s.*' from countries c, users u
-- reads: countries.code users.name

-- case: a column by its number
-- dialect: duckdb
select #4 from countries, users where #1 = 'us'
-- reads: users.name countries.code

-- case: an excluded side of a merged column
-- dialect: duckdb
select * exclude (c.code) from countries c full join (select code from countries) d using (code)
-- reads: countries.code countries.name
-- output code: countries.code <- countries.code
-- output name: countries.name <- countries.code

-- case: a summary of every column
-- dialect: duckdb
select column_name, max from (summarize countries)
-- reads: countries.code countries.name
-- output column_name: <-
-- output max: countries.code countries.name <-

-- case: a summary of a query
-- dialect: duckdb
summarize select name from countries where code = 'us'
-- reads: countries.code countries.name

-- case: the fields of a struct are as many outputs as it has
-- dialect: duckdb bigquery
select city from (select home.*, bio from profiles)
-- reads: profiles.home profiles.home.city profiles.home.street profiles.bio
-- output city: profiles.home profiles.home.city profiles.home.street <-

-- case: columns by a condition, which are not equal
-- dialect: duckdb
select columns(lambda c: c <> 'code') from countries
-- reads: countries.name
-- output name: countries.name <-

-- case: columns by a condition, which are equal
-- dialect: duckdb
select columns(lambda c: c = 'code') from countries
-- reads: countries.code
-- output code: countries.code <-

-- case: columns by a condition, which are in a list
-- dialect: duckdb
select columns(lambda c: c in ('code', 'nothing')) from countries
-- reads: countries.code
-- output code: countries.code <-

-- case: columns by a condition in parentheses
-- dialect: duckdb
select columns(lambda c: (c != 'code')) from countries
-- reads: countries.name
-- output name: countries.name <-

-- case: columns by how they begin
-- dialect: duckdb
select columns(lambda c: starts_with(c, 'co')) from countries
-- reads: countries.code
-- output code: countries.code <-

-- case: columns by how they end
-- dialect: duckdb
select columns(lambda c: ends_with(c, 'de')) from countries
-- reads: countries.code
-- output code: countries.code <-

-- case: columns by what they hold, which is not modelled
-- dialect: duckdb
select columns(lambda c: contains(c, 'od')) from countries
-- reads: countries.code countries.name
-- unresolved: unsupported-construct

-- case: columns that a pattern leaves out
-- dialect: duckdb
select columns(lambda c: c not glob 'co*') from countries
-- reads: countries.name
-- output name: countries.name <-

-- case: columns of one pattern or another
-- dialect: duckdb
select columns(lambda c: c like 'co%' or c = 'x') from countries
-- reads: countries.code
-- output code: countries.code <-

-- case: columns of two patterns
-- dialect: duckdb
select columns(lambda c: c like 'co%' and c ilike '%E') from countries
-- reads: countries.code
-- output code: countries.code <-

-- case: columns by a comprehension, which are not equal
-- dialect: duckdb
select columns([x for x in (*) if x <> 'code']) from countries
-- reads: countries.name
-- output name: countries.name <-

-- case: columns by a condition that takes a column
-- dialect: duckdb
select columns(lambda c: c like code) from countries
-- reads: countries.code countries.name
-- unresolved: unsupported-construct

-- case: columns under names made of their own
-- dialect: duckdb
select columns('(c)(ode)') as '\2_\1' from countries
-- reads: countries.code
-- output ode_c: countries.code <-

-- case: columns under names made of a part that is not there
-- dialect: duckdb
select columns('(c)ode') as 'x_\3' from countries
-- reads: countries.code
-- output x_: countries.code <-

-- case: one column of one table is left out of a star
-- dialect: duckdb
select * exclude (countries.code) from countries
-- reads: countries.name
-- output name: countries.name <-

-- case: a table with its schema and a star
-- dialect: postgres
select app.countries.* from app.countries
-- reads: countries.code countries.name
-- output code: countries.code <-
-- output name: countries.name <-

-- case: a pattern of a star
-- dialect: snowflake
select * ilike '%ode%' from countries
-- reads: countries.code
-- output code: countries.code <-
