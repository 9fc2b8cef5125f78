-- dialect: postgres duckdb

-- case: partition and order are indirect for that output alone
-- dialect: postgres duckdb sqlite mysql snowflake bigquery tsql trino spark
select name, sum(amount) over (partition by user_id order by orders.created_at) as running from orders join users on users.id = user_id
-- reads: users.name orders.amount orders.user_id orders.created_at users.id
-- output name: users.name <- users.id orders.user_id
-- output running: orders.amount <- users.id orders.user_id orders.created_at
-- kinds orders.created_at: window

-- case: row_number is made of nothing
select row_number() over (order by ssn) as n from users
-- reads: users.ssn
-- output n: <- users.ssn

-- case: a rank beside a column
select name, rank() over (order by ssn) as r from users
-- reads: users.name users.ssn
-- output name: users.name <-
-- output r: <- users.ssn

-- case: lag is direct
select lag(email) over (order by id) as previous from users
-- reads: users.email users.id
-- output previous: users.email <- users.id

-- case: a named window
select sum(amount) over w as s from orders window w as (partition by user_id order by created_at)
-- reads: orders.amount orders.user_id orders.created_at
-- output s: orders.amount <- orders.user_id orders.created_at

-- case: a named window that extends another
-- dialect: postgres
select sum(amount) over (w order by created_at) as s from orders window w as (partition by user_id)
-- reads: orders.amount orders.user_id orders.created_at
-- output s: orders.amount <- orders.user_id orders.created_at

-- case: a named window that nobody uses
-- dialect: postgres
select amount from orders window w as (partition by user_id)
-- reads: orders.amount orders.user_id
-- output amount: orders.amount <-

-- case: a frame with an expression
select sum(amount) over (order by created_at rows between 1 preceding and current row) as s from orders
-- reads: orders.amount orders.created_at

-- case: a filter on a window
select count(*) filter (where status = 'x') over (partition by user_id) as n from orders
-- reads: orders.status orders.user_id
-- output n: <- orders.status orders.user_id

-- case: a window over an aggregate
select country, rank() over (order by count(ssn)) as r from users group by country
-- reads: users.country users.ssn
-- output country: users.country <- users.country
-- output r: <- users.country users.ssn

-- case: a window in order by
select name from users order by row_number() over (partition by country)
-- reads: users.name users.country
-- output name: users.name <- users.country

-- case: ignore nulls
-- dialect: duckdb snowflake bigquery
select first_value(email ignore nulls) over (order by created_at) as e from users
-- reads: users.email users.created_at

-- case: the first row of each group
select email from (select email, row_number() over (partition by country order by created_at desc) as n from users) t where n = 1
-- reads: users.email users.country users.created_at
-- output email: users.email <- users.country users.created_at

-- case: a sequence numbers rows in an order
-- dialect: tsql
select next value for numbers over (order by ssn) as n from users
-- reads: users.ssn
-- output n: <- users.ssn

-- case: a window over another
-- dialect: postgres duckdb
select max(ssn) over v as m from users window w as (partition by country), v as (w order by id)
-- reads: users.country users.id users.ssn
-- output m: users.ssn <- users.country users.id

-- case: the first or last rows by an order
-- dialect: oracle
select max(name) keep (dense_rank last order by ssn) over (partition by country) as m from users
-- reads: users.name users.ssn users.country
-- output m: users.name <- users.ssn users.country

-- case: a word that names no order of rows
-- dialect: oracle
select max(name) keep (ssn last order by id) as m from users
-- reads: users.name users.id
-- unresolved: unsupported-construct
