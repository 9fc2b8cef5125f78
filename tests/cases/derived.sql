-- dialect: postgres duckdb

-- case: a derived table
select t.n from (select name as n, ssn from users) t
-- reads: users.name users.ssn
-- output n: users.name <-

-- case: three deep
select z from (select y as z from (select x as y from (select ssn as x from users) a) b) c
-- reads: users.ssn
-- output z: users.ssn <-

-- case: a limit inside
select name from (select name from users order by created_at limit 10) t
-- reads: users.name users.created_at
-- output name: users.name <- users.created_at

-- case: a derived table cannot see its neighbour
select u.name from users u, (select o.amount from orders o where o.user_id = u.id) t
-- dialect: postgres mysql sqlite
-- reads: users.name orders.amount orders.user_id
-- unresolved: unknown-column

-- case: grouped inside, filtered outside
select country from (select country, count(*) as n from users group by country) t where n > 5
-- reads: users.country
-- output country: users.country <- users.country

-- case: an expression over two inner columns
select t.a || t.b as c from (select name as a, email as b from users) t
-- reads: users.name users.email
-- output c: users.name users.email <-

-- case: without an alias
-- dialect: postgres duckdb sqlite
select n from (select name as n from users) as t
-- reads: users.name

-- case: two of them joined
select a.name from (select id, name from users) a join (select user_id from orders where status = 'paid') b on b.user_id = a.id
-- reads: users.id users.name orders.user_id orders.status
-- output name: users.name <- users.id orders.user_id orders.status

-- case: distinct inside
select count(*) as n from (select distinct country from users) t
-- reads: users.country

-- case: a scalar subquery as a column
select u.name, (select max(o.amount) from orders o) as top from users u
-- reads: users.name orders.amount
-- output name: users.name <-
-- output top: orders.amount <-

-- case: a subquery over nothing
select (select 1) as one from countries
-- reads:
-- datasets: countries

-- case: a derived table whose every column is dropped still decides how many rows
select 1 as one from (select ssn from users where email is not null) t
-- reads: users.ssn users.email
-- output one: <- users.email

-- case: a star over a join in parentheses
-- dialect: postgres duckdb
select id from users where exists (select * from (users join orders on users.id = user_id))
-- reads: orders.amount orders.created_at orders.id orders.status orders.user_id users.country users.created_at users.email users.id users.manager_id users.name users.ssn
-- output id: users.id <- orders.user_id users.id

-- case: a query in parentheses with an order of its own
-- dialect: postgres duckdb
((select id from users) limit 3) order by id
-- reads: users.id
-- output id: users.id <- users.id

-- case: a joined table in parentheses, with a name
-- dialect: postgres
select t.amount from (users join orders on users.id = user_id) as t
-- reads: orders.amount orders.user_id users.id
-- output amount: orders.amount <- orders.user_id users.id

-- case: a value in a table with its schema
-- dialect: sqlite
select id from users where country in app.countries
-- reads: countries.code countries.name users.country users.id
-- output id: users.id <- countries.code countries.name users.country
-- engine: no (of a table with one column alone)

-- case: what was piped has a name
-- dialect: bigquery
from users |> where ssn = 'x' |> select id |> as t |> where t.id > 1
-- reads: users.id users.ssn
-- output id: users.id <- users.id users.ssn
