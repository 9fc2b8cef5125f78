-- dialect: postgres duckdb

-- case: on reads both sides
-- dialect: postgres duckdb sqlite mysql snowflake bigquery tsql trino spark oracle clickhouse redshift
select u.name from users u join orders o on o.user_id = u.id
-- reads: users.name users.id orders.user_id
-- output name: users.name <- users.id orders.user_id
-- kinds users.name: identity
-- kinds orders.user_id: join
-- datasets: users orders

-- case: a left join decides how often a row appears
select u.name from users u left join orders o on o.user_id = u.id
-- reads: users.name users.id orders.user_id
-- output name: users.name <- users.id orders.user_id

-- case: a right join
select o.amount from users u right join orders o on o.user_id = u.id
-- reads: orders.amount users.id orders.user_id
-- output amount: orders.amount <- users.id orders.user_id

-- case: a full join
select u.name, o.amount from users u full join orders o on o.user_id = u.id
-- reads: users.name orders.amount users.id orders.user_id
-- output name: users.name <- users.id orders.user_id
-- output amount: orders.amount <- users.id orders.user_id

-- case: a cross join reads no column of the other side, and touches it
-- dialect: postgres duckdb sqlite mysql snowflake
select u.name from users u cross join countries c
-- reads: users.name
-- datasets: users countries
-- output name: users.name <-

-- case: a comma is a cross join
-- dialect: postgres duckdb sqlite mysql oracle
select u.name, c.code from users u, countries c where u.country = c.code
-- reads: users.name countries.code users.country
-- output name: users.name <- users.country countries.code
-- output code: countries.code <- users.country countries.code

-- case: an unqualified column belongs to the one table that has it
select email, amount from users join orders on user_id = users.id
-- reads: users.email orders.amount orders.user_id users.id

-- case: a self-join keeps its two sides apart by alias only
select e.name, m.name as boss from users e join users m on e.manager_id = m.id
-- reads: users.name users.manager_id users.id
-- output name: users.name <- users.manager_id users.id
-- output boss: users.name <- users.manager_id users.id

-- case: conditions beyond equality
select u.id from users u join orders o on o.user_id = u.id and o.amount > 100 and u.ssn like '1%'
-- reads: users.id orders.user_id orders.amount users.ssn
-- kinds users.ssn: join
-- kinds users.id: identity join

-- case: three tables
select u.name, c.name as nation from users u join orders o on o.user_id = u.id join countries c on c.code = u.country
-- reads: users.name countries.name orders.user_id users.id countries.code users.country
-- output name: users.name <- orders.user_id users.id countries.code users.country
-- output nation: countries.name <- orders.user_id users.id countries.code users.country

-- case: a join in parentheses
select u.name from users u join (orders o join countries c on c.code = o.status) on o.user_id = u.id
-- reads: users.name countries.code orders.status orders.user_id users.id

-- case: a join in parentheses with an alias hides what is inside
-- dialect: postgres
select j.name, j.amount from (users u join orders o on o.user_id = u.id) as j
-- reads: users.name orders.amount orders.user_id users.id

-- case: the condition of an outer join that is written last
select u.id from users u left join orders o join countries c on c.code = o.status on o.user_id = u.id
-- reads: users.id countries.code orders.status orders.user_id

-- case: a join on a constant touches the table
select u.name from users u join orders o on true
-- reads: users.name
-- datasets: users orders

-- case: schema-qualified columns
select app.users.name from app.users
-- reads: users.name

-- case: two schemas
select u.name, s.amount from users u join hr.salaries s on s.user_id = u.id
-- reads: users.name hr.salaries.amount hr.salaries.user_id users.id
-- output name: users.name <- hr.salaries.user_id users.id
-- output amount: hr.salaries.amount <- hr.salaries.user_id users.id
-- level: restricted

-- case: a semi-join
-- dialect: duckdb spark
select u.name from users u semi join orders o on o.user_id = u.id
-- reads: users.name orders.user_id users.id
-- output name: users.name <- orders.user_id users.id

-- case: an anti-join
-- dialect: duckdb spark
select u.name from users u anti join orders o on o.user_id = u.id
-- reads: users.name orders.user_id users.id

-- case: an asof join
-- dialect: duckdb
select u.name, o.amount from users u asof join orders o on o.user_id = u.id and o.created_at >= u.created_at
-- reads: users.name orders.amount orders.user_id users.id orders.created_at users.created_at

-- case: a positional join pairs rows without a column
-- dialect: duckdb
select u.name, c.code from users u positional join countries c
-- reads: users.name countries.code

-- case: straight join
-- dialect: mysql
select u.name from users u straight_join orders o on o.user_id = u.id
-- reads: users.name orders.user_id users.id

-- case: cross apply binds outside
-- dialect: tsql
select u.name, x.amount from users u cross apply (select o.amount from orders o where o.user_id = u.id) x
-- reads: users.name orders.amount orders.user_id users.id
-- output name: users.name <- orders.user_id users.id
-- output amount: orders.amount <- orders.user_id users.id

-- case: outer apply binds outside
-- dialect: tsql
select u.name, x.amount from users u outer apply (select top 1 o.amount from orders o where o.user_id = u.id order by o.created_at desc) x
-- reads: users.name orders.amount orders.user_id users.id orders.created_at

-- case: a join as ODBC writes it
-- dialect: mysql
select u.name from {oj users u left outer join orders o on o.user_id = u.id} where o.status = 'x'
-- reads: users.name users.id orders.user_id orders.status

-- case: a merged column that is on one side twice
-- dialect: sqlite
select name from users join orders join events using (id)
-- reads: events.id orders.id users.id users.name
-- unresolved: ambiguous-name

-- case: a pivoted table that is joined
-- dialect: duckdb
select us, name from daily pivot (sum(total) for country in ('us')) join users on true
-- reads: daily.country daily.day daily.total users.name
-- output us: daily.total <- daily.country daily.day
-- output name: users.name <- daily.country daily.day

-- case: the nearest row
-- dialect: duckdb
select u.id from users u asof join orders o on u.id = o.user_id and u.created_at >= o.created_at
-- reads: orders.created_at orders.user_id users.created_at users.id
-- output id: users.id <- orders.created_at orders.user_id users.created_at users.id

-- case: row beside row
-- dialect: duckdb
select u.id from users u positional join orders o
-- reads: users.id
-- output id: users.id <-

-- case: whether there is a match
-- dialect: duckdb spark databricks
select u.id from users u semi join orders o on o.user_id = u.id
-- reads: orders.user_id users.id
-- output id: users.id <- orders.user_id users.id

-- case: whether there is none
-- dialect: spark databricks hive
select u.id from users u left anti join orders o on o.user_id = u.id
-- reads: orders.user_id users.id
-- output id: users.id <- orders.user_id users.id
