-- dialect: postgres duckdb

-- case: all rows
-- dialect: postgres duckdb sqlite mysql snowflake
delete from users
-- reads:
-- datasets: users
-- kind: delete

-- case: a condition
-- dialect: postgres duckdb sqlite mysql snowflake bigquery tsql
delete from users where ssn = 'x'
-- reads: users.ssn

-- case: using
-- dialect: postgres duckdb
delete from users using orders o where o.user_id = users.id and o.amount > 3
-- reads: orders.user_id users.id orders.amount

-- case: a subquery
-- dialect: postgres duckdb sqlite mysql
delete from users where id in (select user_id from orders where status = 'x')
-- reads: users.id orders.user_id orders.status

-- case: a correlated subquery
-- dialect: postgres duckdb sqlite mysql
delete from users where not exists (select 1 from orders o where o.user_id = users.id)
-- reads: orders.user_id users.id

-- case: several tables
-- dialect: mysql
delete u from users u join orders o on o.user_id = u.id where o.amount > 3
-- reads: orders.user_id users.id orders.amount

-- case: from twice
-- dialect: tsql
delete u from users u join orders o on o.user_id = u.id where o.amount > 3
-- reads: orders.user_id users.id orders.amount

-- case: an alias
-- dialect: postgres mysql
delete from users as u where u.ssn is null
-- reads: users.ssn

-- case: truncate
-- dialect: postgres mysql snowflake
truncate table users
-- reads:
-- datasets: users

-- case: order and limit
-- dialect: mysql
delete from users order by created_at limit 5
-- reads: users.created_at

-- case: stars behind the tables
-- dialect: mysql
delete users.*, o.* from users join orders o on o.user_id = users.id
-- reads: users.id orders.user_id
-- kind: delete

-- case: without FROM
-- dialect: tsql oracle bigquery redshift
delete users where ssn = '1'
-- reads: users.ssn
-- kind: delete

-- case: several tables in USING
-- dialect: postgres
delete from countries using orders o, users u where o.user_id = u.id and u.country = code
-- reads: countries.code orders.user_id users.country users.id
-- writes countries.code: <- countries.code orders.user_id users.country users.id
-- writes countries.name: <- countries.code orders.user_id users.country users.id

-- case: by an alias, with FROM twice
-- dialect: tsql
delete from c from countries c join users u on u.country = c.code where u.ssn = 'x'
-- reads: countries.code users.country users.ssn
-- writes countries.code: <- countries.code users.country users.ssn
-- writes countries.name: <- countries.code users.country users.ssn

-- case: a mutation
-- dialect: clickhouse
select 1; alter table countries delete where name = 'x'
-- reads: countries.name
-- writes countries.code: <- countries.name
-- writes countries.name: <- countries.name

-- case: a table named like what is done
-- dialect: clickhouse
alter table update delete where 1
-- reads:
-- unresolved: unknown-dataset
