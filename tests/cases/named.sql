-- dialect: postgres

-- case: a column that JSON_TABLE makes
-- dialect: mysql postgres oracle
select j.kind as k from events e, json_table(e.payload, '$' columns (id int path '$.x', nested path '$.y' columns (kind int path '$.z'))) j
-- reads: events.payload
-- output k: events.payload <- events.payload
-- engine[postgres]: no (since PostgreSQL 17)

-- case: a column that OPENJSON makes
-- dialect: tsql
select j.id as x, e.kind from events e cross apply openjson(e.payload) with (id int '$.x') as j
-- reads: events.kind events.payload
-- output x: events.payload <- events.payload
-- output kind: events.kind <- events.payload

-- case: a window that is named like a column
-- dialect: postgres duckdb sqlite mysql
select sum(amount) over status as s from orders window status as (partition by user_id)
-- reads: orders.amount orders.user_id
-- output s: orders.amount <- orders.user_id

-- case: a window that extends one named like a column
-- dialect: postgres duckdb sqlite
select sum(amount) over (status order by id) as s from orders window status as (partition by user_id)
-- reads: orders.amount orders.id orders.user_id
-- output s: orders.amount <- orders.id orders.user_id

-- case: names for what a function returns
-- dialect: spark databricks hive
select explode(payload) as (id, kind) from events
-- reads: events.payload
-- output id: events.payload <- events.payload
-- output kind: events.payload <- events.payload

-- case: a type of one's own, named like a column
-- dialect: postgres
select name::ssn as a from users
-- reads: users.name
-- output a: users.name <-
-- engine: no (no such type)

-- case: an argument's name
-- dialect: postgres
select make_interval(id => 1) as i, email from users
-- reads: users.email
-- output i: <-
-- output email: users.email <-
-- engine: no (no such argument)

-- case: an argument's name before a column
-- dialect: postgres duckdb snowflake oracle
select f(name => id) as i from users
-- reads: users.id
-- output i: users.id <-
-- engine: no (no such function)

-- case: a role that is named like a table
-- dialect: postgres
grant select on users to users
-- reads:
-- engine: no (no such role)

-- case: a quoted function that is named like a column
-- dialect: postgres
select "name"(id) as a from users
-- reads: users.id
-- output a: users.id <-

-- case: a pivoted value's name
-- dialect: bigquery
select id from daily pivot (sum(total) for country in ('us' as day, 'de' as id))
-- reads: daily.country daily.day daily.total
-- output id: daily.total <- daily.country daily.day

-- case: a quoted collation that is named like a column
-- dialect: postgres
select name collate "country" as a from users
-- reads: users.name
-- output a: users.name <-
-- engine: no (no such collation)

-- case: columns of a common table expression
-- dialect: postgres duckdb sqlite mysql
with t(ssn) as (select id from users) select ssn from t
-- reads: users.id
-- output ssn: users.id <-

-- case: an output that is named like a column
-- dialect: postgres duckdb sqlite mysql tsql oracle bigquery snowflake
select id as ssn from users
-- reads: users.id
-- output ssn: users.id <-

-- case: an output that is named like a column, without the word
-- dialect: postgres duckdb sqlite mysql tsql oracle bigquery snowflake
select id ssn from users
-- reads: users.id
-- output ssn: users.id <-

-- case: a table that is emptied, under a column's name
-- dialect: postgres
truncate table users
-- reads:

-- case: a row that is locked, by its alias
-- dialect: postgres
select id from users ssn for update of ssn
-- reads: users.id
-- output id: users.id <-

-- case: fields of a type that are named like columns
-- dialect: duckdb
select cast(payload as struct(id int, kind text)) as s from events
-- reads: events.payload
-- output s: events.payload <-

-- case: a column of a new table
-- dialect: postgres duckdb mysql
create table t as select ssn from users; create table s (ssn text); select name from users
-- reads: users.ssn users.name
-- output name: users.name <-
-- writes t.ssn: users.ssn <-

-- case: a star's column under another name
-- dialect: duckdb
select * rename (code as name) from countries
-- reads: countries.code countries.name
-- output name: countries.code <-
-- output name: countries.name <-

-- case: a joined table that is deleted from
-- dialect: mysql
delete users from users join orders on users.id = user_id
-- reads: orders.user_id users.id

-- case: a joined table that is deleted from, by its alias
-- dialect: mysql
delete ssn from users ssn join orders on ssn.id = user_id
-- reads: orders.user_id users.id

-- case: a table that is deleted from, and joined to itself
-- dialect: postgres
delete from users using users u where users.id = u.manager_id
-- reads: users.id users.manager_id

-- case: a written table's alias that is a column's name
-- dialect: postgres
insert into users as ssn (id) select id from archive
-- reads: archive.id
-- writes users.id: archive.id <-

-- case: an index that is named like a table
-- dialect: mysql
drop index users on users
-- reads:

-- case: a column renamed to a table's name
-- dialect: postgres
alter table users rename column ssn to users; select users from users
-- reads: users.ssn
-- output users: users.ssn <-

-- case: privileges of a column that is named like a table
-- dialect: postgres
grant select (users) on users to bob
-- reads:
-- engine: no (no such role)

-- case: several tables that are deleted from
-- dialect: mysql
delete from users, orders using users join orders on users.id = orders.user_id
-- reads: orders.user_id users.id

-- case: a table that is deleted from, by its alias
-- dialect: mysql
delete from ssn using users ssn, orders o where ssn.id = o.user_id
-- reads: orders.user_id users.id

-- case: a table that is updated, by its alias
-- dialect: tsql
update x set x.name = o.status from users x join orders o on o.user_id = x.id
-- reads: orders.status orders.user_id users.id
-- writes users.name: orders.status <- orders.user_id users.id

-- case: a bound value that is named like a column
-- dialect: clickhouse
select id from users where name = {name:String} and email = {name:String}
-- reads: users.id users.name users.email
