-- dialect: postgres duckdb

-- case: union all by position
-- dialect: postgres duckdb sqlite mysql bigquery snowflake tsql trino spark oracle
select name from users union all select status from orders
-- reads: users.name orders.status
-- output name: users.name orders.status <-

-- case: union
select name from users union select status from orders
-- reads: users.name orders.status

-- case: the first branch names the outputs
select id as a, name as b from users union all select user_id as x, status as y from orders
-- reads: users.id users.name orders.user_id orders.status
-- output a: users.id orders.user_id <-
-- output b: users.name orders.status <-

-- case: a filter decides the rows of the whole
select id from users where ssn is null union all select id from orders where amount > 3
-- reads: users.id users.ssn orders.id orders.amount
-- output id: users.id orders.id <- users.ssn orders.amount

-- case: intersect
select country from users intersect select code from countries
-- reads: users.country countries.code

-- case: except reads both sides
-- dialect: postgres duckdb sqlite
select country from users except select code from countries
-- reads: users.country countries.code

-- case: minus
-- dialect: oracle snowflake
select country from users minus select code from countries
-- reads: users.country countries.code

-- case: union by name
-- dialect: duckdb
select id, name from users union all by name select status as name, id from orders
-- reads: users.id users.name orders.status orders.id
-- output id: users.id orders.id <-
-- output name: users.name orders.status <-

-- case: union by name with a column on one side
-- dialect: duckdb
select id from users union all by name select id, amount from orders
-- reads: users.id orders.id orders.amount
-- output id: users.id orders.id <-
-- output amount: orders.amount <-

-- case: order by over a union
select name from users union all select status from orders order by name
-- reads: users.name orders.status
-- output name: users.name orders.status <- users.name orders.status

-- case: three branches
select id from users union all select id from orders union all select id from events
-- reads: users.id orders.id events.id
-- output id: users.id orders.id events.id <-

-- case: parentheses
(select id from users) union all (select id from orders order by amount limit 1)
-- reads: users.id orders.id orders.amount
-- output id: users.id orders.id <- orders.amount

-- case: in a derived table
select n from (select name as n from users union all select status from orders) t
-- reads: users.name orders.status
-- output n: users.name orders.status <-

-- case: a union in an in list
select code from countries where code in (select country from users union select status from orders)
-- reads: countries.code users.country orders.status

-- case: stars of equal width
select * from countries union all select country, total::text from daily
-- reads: countries.code countries.name daily.country daily.total

-- case: a null beside a column
select ssn from users union all select null
-- reads: users.ssn
-- output ssn: users.ssn <-

-- case: values beside a select
select name from users union all values ('x')
-- dialect: postgres
-- reads: users.name

-- case: an order by the name that another branch gives
-- dialect: duckdb
select code from countries union all select name from users order by name
-- reads: countries.code users.name

-- case: an order by what a branch computes from a source
-- dialect: duckdb
select c.code as c from countries c union select name from users order by users.name, c.code, #1
-- reads: countries.code users.name

-- case: an order by a name that no branch gives
-- dialect: duckdb
select code from countries union select name from users order by email
-- reads: countries.code users.name
-- unresolved: unknown-column
