-- dialect: postgres duckdb

-- case: exists binds outside
-- dialect: postgres duckdb sqlite mysql bigquery snowflake tsql trino spark oracle
select u.name from users u where exists (select 1 from orders o where o.user_id = u.id)
-- reads: users.name orders.user_id users.id
-- output name: users.name <- orders.user_id users.id

-- case: not exists
select u.name from users u where not exists (select 1 from orders o where o.user_id = u.id and o.amount > 5)
-- reads: users.name orders.user_id users.id orders.amount
-- output name: users.name <- orders.user_id users.id orders.amount

-- case: an unqualified column binds to the nearest scope
select name from users where exists (select 1 from countries where name = country)
-- reads: users.name countries.name users.country
-- output name: users.name <- countries.name users.country

-- case: an unqualified column that only the outer scope has
select id from users where exists (select 1 from countries where email is not null)
-- reads: users.id users.email
-- datasets: users countries
-- output id: users.id <- users.email

-- case: the slip of a wrong name binds outside
select code from countries where code in (select code from orders)
-- reads: countries.code
-- datasets: countries orders

-- case: a scalar subquery
select u.name, (select sum(o.amount) from orders o where o.user_id = u.id) as total from users u
-- reads: users.name orders.amount orders.user_id users.id
-- output name: users.name <-
-- output total: orders.amount <- orders.user_id users.id

-- case: in
select name from users where id in (select user_id from orders where status = 'x')
-- reads: users.name users.id orders.user_id orders.status
-- output name: users.name <- users.id orders.user_id orders.status

-- case: not in
select name from users where id not in (select user_id from orders)
-- reads: users.name users.id orders.user_id

-- case: a row in a subquery
select name from users where (id, created_at) in (select user_id, created_at from orders)
-- reads: users.name users.id users.created_at orders.user_id orders.created_at

-- case: any
select name from users where id = any (select user_id from orders)
-- reads: users.name users.id orders.user_id

-- case: all
select name from users where created_at > all (select created_at from orders)
-- reads: users.name users.created_at orders.created_at

-- case: two levels up
select u.name from users u where exists (select 1 from orders o where exists (select 1 from events e where e.user_id = u.id and e.seen_at = o.created_at))
-- reads: users.name events.user_id users.id events.seen_at orders.created_at

-- case: a subquery in having
select country from users group by country having count(*) > (select count(*) from countries where code = 'x')
-- reads: users.country countries.code
-- output country: users.country <- users.country countries.code

-- case: a subquery in order by
select name from users u order by (select max(amount) from orders o where o.user_id = u.id)
-- reads: users.name orders.amount orders.user_id users.id
-- output name: users.name <- orders.amount orders.user_id users.id

-- case: a subquery in a case
select case when exists (select 1 from orders o where o.user_id = u.id) then u.email end as e from users u
-- reads: users.email orders.user_id users.id
-- output e: users.email <- orders.user_id users.id

-- case: a subquery in a join condition
select u.name from users u join orders o on o.user_id = u.id and o.amount = (select max(total) from daily)
-- reads: users.name orders.user_id users.id orders.amount daily.total

-- case: a subquery in limit
-- dialect: postgres
select name from users limit (select count(manager_id) from users)
-- reads: users.name users.manager_id
-- output name: users.name <- users.manager_id

-- case: a subquery in offset
-- dialect: postgres
select name from users offset (select max(amount)::int from orders)
-- reads: users.name orders.amount
-- output name: users.name <- orders.amount

-- case: an array from a subquery
select array(select o.status from orders o where o.user_id = u.id) as s from users u
-- reads: orders.status orders.user_id users.id
-- output s: orders.status <- orders.user_id users.id
