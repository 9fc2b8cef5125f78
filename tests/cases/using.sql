-- dialect: postgres duckdb

-- case: using reads the column on both sides
-- dialect: postgres duckdb sqlite mysql snowflake trino spark bigquery
select name from users join orders using (id)
-- reads: users.id orders.id users.name
-- output name: users.name <- users.id orders.id
-- engine[sqlite]: valid (of what USING merges nobody is told)

-- case: the merged column of an inner join
select id from users join orders using (id)
-- reads: users.id orders.id
-- kinds users.id: identity join

-- case: several columns
select email from users join orders using (id, created_at)
-- reads: users.email users.id orders.id users.created_at orders.created_at
-- output email: users.email <- users.id orders.id users.created_at orders.created_at

-- case: the merged column of a full join is made of both sides
select id from users full join orders using (id)
-- reads: users.id orders.id
-- output id: users.id orders.id <- users.id orders.id

-- case: a qualified name of a merged column is its own side
select o.id from users u full join orders o using (id)
-- reads: users.id orders.id
-- output id: orders.id <- users.id orders.id

-- case: a star gives a merged column once
select * from countries join users using (name)
-- reads: countries.code countries.name users.id users.name users.email users.ssn users.country users.manager_id users.created_at

-- case: natural join reads every common column
-- dialect: postgres duckdb sqlite mysql
select email from users natural join archive
-- reads: users.email users.id users.name users.ssn archive.id archive.name archive.email archive.ssn
-- engine[sqlite]: valid (of what USING merges nobody is told)

-- case: a natural join without a common column is a cross join
-- dialect: postgres sqlite mysql
select c.code from countries c natural join orders
-- reads: countries.code
-- datasets: countries orders

-- case: natural left join
select code from countries natural left join users
-- reads: countries.code countries.name users.name
-- output code: countries.code <- countries.name users.name

-- case: using over a derived table reaches its base
select u.name from users u join (select user_id as id, amount from orders) o using (id)
-- reads: users.name users.id orders.user_id orders.amount
-- output name: users.name <- users.id orders.user_id

-- case: using thrice
select amount from users join orders using (id) join events using (id)
-- reads: orders.amount users.id orders.id events.id
-- output amount: orders.amount <- users.id orders.id events.id

-- case: using over a common table expression
with o as (select id, amount from orders) select name from users join o using (id)
-- reads: users.name users.id orders.id orders.amount
-- output name: users.name <- users.id orders.id

-- case: a using column that one side lacks
select users.email from users join orders using (amount)
-- reads: users.email orders.amount
-- unresolved: unknown-column

-- case: a merged column stands where the left side has it
-- dialect: duckdb sqlite
select * from daily join (select total, country from daily) d using (total)
-- reads: daily.day daily.country daily.total
-- output day: daily.day <- daily.total
-- output country: daily.country <- daily.total
-- output total: daily.total <- daily.total
-- output country: daily.country <- daily.total

-- case: a merged column stands before all others
-- dialect: postgres mysql
select * from daily join (select total, country as c from daily) d using (total)
-- reads: daily.day daily.country daily.total
-- output total: daily.total <- daily.total
-- output day: daily.day <- daily.total
-- output country: daily.country <- daily.total
-- output c: daily.country <- daily.total

-- case: natural join of what holds nothing of a column
-- dialect: postgres
create temporary table a as select 1 as x, 2 as y; create temporary table b as select 1 as x; select y from a natural join b
-- reads:
