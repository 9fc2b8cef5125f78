-- dialect: postgres duckdb

-- case: values alone
values (1, 'a'), (2, 'b')
-- reads:
-- datasets:

-- case: values in from
select t.a from (values (1, 'x')) as t(a, b)
-- reads:
-- output a: <-

-- case: a subquery in values
select t.s from (values ((select max(ssn) from users))) as t(s)
-- reads: users.ssn
-- output s: users.ssn <-

-- case: values joined to a table
select u.name from users u join (values (1), (2)) as t(id) on t.id = u.id
-- reads: users.name users.id
-- output name: users.name <- users.id

-- case: values in an in list
select name from users where country in (values ('us'), ('de'))
-- dialect: postgres
-- reads: users.name users.country

-- case: columns of VALUES in upper case
-- dialect: snowflake
select column1 from values ((select max(ssn) from users))
-- reads: users.ssn
-- output column1: users.ssn

-- case: VALUES with an order and a limit
-- dialect: postgres
values (1), (2) order by column1 limit (select count(ssn) from users)
-- reads: users.ssn
-- output column1: <- users.ssn
