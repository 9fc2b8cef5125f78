-- dialect: postgres duckdb

-- case: a column dropped by the outer query is still asked for, and is no origin
with t as (select id, name, ssn from users) select name from t
-- reads: users.id users.name users.ssn
-- output name: users.name <-

-- case: a filter inside decides the outer rows
with t as (select id, name from users where ssn like '1%') select name from t
-- reads: users.id users.name users.ssn
-- output name: users.name <- users.ssn
-- kinds users.ssn: filter

-- case: a common table expression hides the table of its name
with users as (select code as name from countries) select name from users
-- reads: countries.code
-- output name: countries.code <-
-- datasets: countries

-- case: inside its own definition the name is still the table
with users as (select name from users) select name from users
-- reads: users.name
-- output name: users.name <-

-- case: a qualified name reaches past the common table expression
with users as (select code as name from countries) select u.email from app.users u, users
-- reads: countries.code users.email
-- datasets: countries users

-- case: one after the other
with a as (select id, ssn from users), b as (select ssn as s from a) select s from b
-- reads: users.id users.ssn
-- output s: users.ssn <-

-- case: a later one is not visible to an earlier one
with a as (select code from countries), countries as (select id as code from orders) select code from a
-- reads: countries.code orders.id
-- reads[duckdb]: countries.code
-- engine[postgres]: valid (nobody asks for the second one)

-- case: nested
with a as (with b as (select email from users) select email as e from b) select e from a
-- reads: users.email
-- output e: users.email <-

-- case: an inner one hides an outer one
with a as (select ssn as v from users) select t.v from (with a as (select code as v from countries) select v from a) t, a as z
-- reads: users.ssn countries.code
-- output v: countries.code <-

-- case: used twice
with t as (select id, manager_id, name from users) select a.name, b.name as boss from t a join t b on a.manager_id = b.id
-- reads: users.id users.manager_id users.name
-- output name: users.name <- users.manager_id users.id
-- output boss: users.name <- users.manager_id users.id

-- case: one that nobody uses is asked for
-- dialect: postgres mysql spark
with t as (select ssn from users) select code from countries
-- reads: users.ssn countries.code
-- output code: countries.code <-
-- engine[postgres]: valid (privileges of what nobody asks for are not looked at)

-- case: one that nobody uses is not asked for
-- dialect: duckdb sqlite
with t as (select ssn from users) select code from countries
-- reads: countries.code
-- output code: countries.code <-

-- case: materialized
with t as materialized (select email from users) select email from t
-- reads: users.email

-- case: in a subquery
select name from users where id in (with t as (select user_id from orders where amount > 10) select user_id from t)
-- reads: users.name users.id orders.user_id orders.amount
-- output name: users.name <- users.id orders.user_id orders.amount

-- case: visible in every branch
with t as (select id from users) select id from t union all select id from t
-- reads: users.id

-- case: visible in a subquery of the where clause
with t as (select user_id from orders) select name from users where id in (select user_id from t)
-- reads: orders.user_id users.name users.id

-- case: an aggregate inside
with t as (select user_id, sum(amount) as total from orders group by user_id) select u.name, t.total from users u join t on t.user_id = u.id
-- reads: orders.user_id orders.amount users.name users.id
-- output name: users.name <- orders.user_id users.id
-- output total: orders.amount <- orders.user_id users.id

-- case: values
with t(a, b) as (values (1, 'x'), (2, 'y')) select a, b from t
-- reads:
-- datasets:

-- case: a column that it does not have
with t as (select id from users) select ssn from t
-- reads: users.id
-- unresolved: unknown-column

-- case: a delete in a common table expression
-- dialect: postgres
with gone as (delete from users where country = 'x' returning id, email) select email from gone
-- reads: users.country users.id users.email
-- output email: users.email <- users.country

-- case: an update in a common table expression
-- dialect: postgres
with u as (update users set name = upper(name) where id = 1 returning id) select id from u
-- reads: users.name users.id

-- case: an insert in a common table expression
-- dialect: postgres
with i as (insert into archive (id, ssn) select id, ssn from users returning id) select count(*) as n from i
-- reads: users.id users.ssn archive.id

-- case: a value with a name
-- dialect: clickhouse
with ssn as s, upper(s) as u select u, id from users where s = 'x'
-- reads: users.id users.ssn

-- case: a query's value with a name
-- dialect: clickhouse
with (select max(ssn) from users) as s select name from countries where code = s
-- reads: users.ssn countries.name countries.code

-- case: one that is defined later hides a table
-- dialect: sqlite
with a as (select id from users), users as (select user_id as id from orders) select id from a
-- reads: orders.user_id

-- case: one that is defined later hides nothing
-- dialect: postgres duckdb mysql tsql snowflake trino
with a as (select id from users), users as (select user_id as id from orders where user_id > 0) select a.id, users.id from a, users
-- reads: users.id orders.user_id
