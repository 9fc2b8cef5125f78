-- dialect: postgres duckdb

-- case: a column assigned and not read
-- dialect: postgres duckdb sqlite mysql snowflake tsql bigquery
update users set name = 'x' where true
-- reads:
-- writes users.name: <-
-- kind: update

-- case: the condition is read
-- dialect: postgres duckdb sqlite mysql snowflake tsql bigquery oracle
update users set name = 'x' where ssn = 'y'
-- reads: users.ssn
-- writes users.name: <- users.ssn

-- case: the value is read
update users set name = upper(email), country = 'x'
-- reads: users.email
-- writes users.name: users.email <-
-- writes users.country: <-

-- case: from another table
-- dialect: postgres duckdb sqlite tsql snowflake
update users set name = o.status from orders o where o.user_id = users.id
-- reads: orders.status orders.user_id users.id
-- writes users.name: orders.status <- orders.user_id users.id

-- case: a join before set
-- dialect: mysql
update users u join orders o on o.user_id = u.id set u.name = o.status where o.amount > 5
-- reads: orders.status orders.user_id users.id orders.amount
-- writes users.name: orders.status <- orders.user_id users.id orders.amount

-- case: a correlated value
-- dialect: postgres duckdb sqlite mysql oracle
update users set name = (select max(o.status) from orders o where o.user_id = users.id)
-- reads: orders.status orders.user_id users.id
-- writes users.name: orders.status <- orders.user_id users.id

-- case: several columns from one row
-- dialect: postgres
update users set (name, email) = (select c.name, c.code from countries c where c.code = users.country)
-- reads: countries.name countries.code users.country

-- case: a condition in a subquery
update users set country = 'x' where id in (select user_id from orders where amount > 10)
-- reads: users.id orders.user_id orders.amount
-- writes users.country: <- users.id orders.user_id orders.amount

-- case: a default
-- dialect: postgres mysql
update users set name = default where id = 1
-- reads: users.id
-- writes users.name: <- users.id

-- case: an alias
update users as u set name = u.email where u.id = 1
-- dialect: postgres duckdb
-- reads: users.email users.id
-- writes users.name: users.email <- users.id

-- case: with a common table expression
with t as (select user_id, max(status) as s from orders group by user_id) update users set name = t.s from t where t.user_id = users.id
-- dialect: postgres duckdb
-- reads: orders.user_id orders.status users.id

-- case: order and limit
-- dialect: mysql
update users set name = 'x' order by created_at limit 5
-- reads: users.created_at
-- writes users.name: <- users.created_at

-- case: an unknown column assigned
update users set nickname = ssn
-- reads: users.ssn
-- unresolved: unknown-column

-- case: a field of a composite
-- dialect: postgres
update profiles set home.city = bio where user_id = 1
-- reads: profiles.bio profiles.user_id
-- writes profiles.home.city: profiles.bio <- profiles.user_id

-- case: words that say how
-- dialect: mysql
update low_priority ignore users set name = email where id = 1
-- reads: users.email users.id
-- writes users.name: users.email <- users.id

-- case: several columns from values
-- dialect: postgres
update users set (name, email) = row(ssn, name)
-- reads: users.name users.ssn
-- writes users.name: users.name users.ssn <-
-- writes users.email: users.name users.ssn <-

-- case: one column in a list
-- dialect: postgres
update users set (name) = row(ssn)
-- reads: users.ssn
-- writes users.name: users.ssn <-

-- case: elements that are assigned
-- dialect: postgres
update events set tags[1] = kind, payload['a'] = to_jsonb(user_id)
-- reads: events.kind events.user_id
-- writes events.tags: events.kind <-
-- writes events.payload: events.user_id <-

-- case: a slice that is assigned, as far as a column tells
-- dialect: postgres
update events set tags[id:user_id] = array[kind]
-- reads: events.id events.kind events.user_id
-- writes events.tags: events.kind <- events.id events.user_id

-- case: a table that is not changed
-- dialect: mysql
update users, orders set nosuch.name = 'x'
-- reads:
-- unresolved: unknown-dataset

-- case: a mutation
-- dialect: clickhouse
alter table app.archive on cluster c update name = ssn where id in (select user_id from orders)
-- reads: archive.ssn archive.id orders.user_id
-- writes archive.name: archive.ssn <- archive.id orders.user_id

-- case: a mutation of a part
-- dialect: clickhouse
alter table archive update name = ssn in partition 3 where id = 1
-- reads:
-- unresolved: syntax-error
