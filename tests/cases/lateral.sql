-- dialect: postgres duckdb

-- case: a lateral subquery binds to its left
select u.name, t.amount from users u, lateral (select o.amount from orders o where o.user_id = u.id) t
-- reads: users.name orders.amount orders.user_id users.id
-- output name: users.name <- orders.user_id users.id
-- output amount: orders.amount <- orders.user_id users.id

-- case: left join lateral
-- dialect: postgres duckdb mysql
select u.name, t.amount from users u left join lateral (select o.amount from orders o where o.user_id = u.id order by o.created_at desc limit 1) t on true
-- reads: users.name orders.amount orders.user_id users.id orders.created_at

-- case: lateral over a lateral
select b.y from users u, lateral (select u.ssn as x) a, lateral (select a.x as y) b
-- reads: users.ssn
-- output y: users.ssn <-

-- case: an expression without a table
select t.s from users u cross join lateral (select upper(u.name) as s) t
-- reads: users.name
-- output s: users.name <-

-- case: a function's arguments see what is on their left
-- dialect: postgres
select g from users u, generate_series(1, u.manager_id) as g
-- reads: users.manager_id
-- output g: users.manager_id <- users.manager_id

-- case: a function's unqualified argument
-- dialect: postgres
select g.n from users, generate_series(1, manager_id) as g(n)
-- reads: users.manager_id

-- case: lateral view explode
-- dialect: spark hive databricks
select id, tag from events lateral view explode(tags) t as tag
-- reads: events.id events.tags
-- output id: events.id <- events.tags
-- output tag: events.tags <- events.tags

-- case: lateral flatten
-- dialect: snowflake
select e.id, f.value from events e, lateral flatten(input => e.tags) f
-- reads: events.id events.tags

-- case: lateral values
-- dialect: postgres
select v.x from users u, lateral (values (u.name), (u.email)) v(x)
-- reads: users.name users.email
-- output x: users.name users.email <-

-- case: a record made of a document
-- dialect: postgres
select r.a from events e, jsonb_to_recordset(e.payload) as r(a int, b text)
-- reads: events.payload
-- output a: events.payload <- events.payload

-- case: a document's columns under the function's own name
-- dialect: postgres
select xmltable.* from events, lateral xmltable('/r' passing payload columns a int path '@a' not null, b text path 'b' default kind)
-- reads: events.payload events.kind
-- output a: events.payload <- events.payload
-- output b: events.payload events.kind <- events.payload
-- engine[postgres]: no (the column is jsonb, not xml)

-- case: a query as a function's argument
-- dialect: clickhouse
select v.ssn from countries as c, view(select ssn from users where country = 'US') as v
-- reads: users.ssn users.country
-- output ssn: users.ssn <- users.country

-- case: a query as a function's argument sees no table beside it
-- dialect: clickhouse
select v.ssn from countries as c, view(select ssn from users where country = c.code) as v
-- reads: users.ssn users.country
-- unresolved: unknown-column
