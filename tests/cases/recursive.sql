-- dialect: postgres duckdb

-- case: a hierarchy
-- dialect: postgres duckdb sqlite mysql snowflake
with recursive chain as (
  select id, name, manager_id from users where id = 1
  union all
  select u.id, u.name, u.manager_id from users u join chain c on c.manager_id = u.id
)
select name from chain
-- reads: users.id users.name users.manager_id
-- output name: users.name <- users.id users.manager_id

-- case: a column that changes place in each round
with recursive r(a, b, n) as (
  select email, ssn, 1 from users
  union all
  select b, a, n + 1 from r where n < 3
)
select a from r
-- reads: users.email users.ssn
-- output a: users.email users.ssn <-

-- case: without the word
-- dialect: tsql oracle
with chain as (
  select id, manager_id from users where manager_id is null
  union all
  select u.id, u.manager_id from users u join chain c on u.manager_id = c.id
)
select id from chain
-- reads: users.id users.manager_id

-- case: numbers read nothing
with recursive n(i) as (select 1 union all select i + 1 from n where i < 10) select i from n
-- reads:
-- output i: <-
-- datasets:

-- case: union without all
with recursive r as (select id, manager_id from users union select u.id, u.manager_id from users u join r on r.manager_id = u.id) select id from r
-- reads: users.id users.manager_id

-- case: the recursive word without recursion
with recursive t as (select ssn from users) select ssn from t
-- reads: users.ssn

-- case: a condition in the recursive branch decides rows
with recursive r as (
  select id, manager_id from users where ssn is null
  union all
  select u.id, u.manager_id from users u join r on u.id = r.manager_id where u.email is not null
)
select id from r
-- reads: users.id users.manager_id users.ssn users.email
-- output id: users.id <- users.id users.manager_id users.ssn users.email

-- case: two that follow each other
with recursive a as (select id from users union select a.id from a), b as (select user_id from orders union select b.user_id from b join a on a.id = b.user_id) select user_id from b
-- reads: users.id orders.user_id

-- case: recursive lets a later one be named
-- dialect: postgres mysql
with recursive a as (select x from b), b as (select ssn as x from users) select x from a
-- reads: users.ssn
-- output x: users.ssn <-

-- case: a circle
-- dialect: postgres mysql
with recursive a as (select x from b), b as (select x from a) select x from a
-- reads:
-- unresolved: unsupported-construct

-- case: a definition within one that may be recursive
-- dialect: postgres sqlite duckdb
with recursive w as (with users as (select code as name from countries) select name from users union select 'x')
select name from w
-- reads: countries.code
-- datasets: countries

-- case: what a query outside does not tell is not forgotten in the rounds
-- dialect: postgres
with recursive a as (select query_to_xml('select ssn from users', true, false, '') as x), r as (select x from a union all select r.x from r) select x from r
-- reads:
-- unresolved: opaque-function

-- case: a name outside that is unknown is told once
-- dialect: postgres duckdb sqlite mysql
with recursive a as (select nosuch as x from users), r as (select x from a union all select r.x from r) select x from r
-- reads:
-- unresolved: unknown-column

-- case: a branch that names itself before the one that does not
-- dialect: mysql
with recursive a as (select u.id, u.ssn from users u, a where a.id = u.id union select id, ssn from users)
select ssn from a
-- reads: users.id users.ssn
-- output ssn: users.ssn <- users.id users.ssn

-- case: such a branch under other names
-- dialect: mysql
with recursive a as (select u.id, u.ssn from users u, a where a.id = u.id union select ssn, id from users)
select ssn from a
-- reads: users.id users.ssn
-- output ssn: users.id users.ssn <- users.id users.ssn
-- unresolved: unsupported-construct

-- case: several branches that name themselves
-- dialect: mysql
with recursive a as (select id, name from users union select u.id, a.name from users u, a where a.id = u.id
  union select id, ssn from users union select id, name from a)
select name from a
-- reads: users.id users.name users.ssn
-- output name: users.name users.ssn <- users.id users.name users.ssn
