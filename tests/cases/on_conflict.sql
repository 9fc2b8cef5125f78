-- dialect: postgres duckdb sqlite

-- case: do nothing
insert into countries (code, name) values ('x', 'y') on conflict do nothing
-- reads:
-- writes countries.code: <-
-- writes countries.name: <-
-- engine[duckdb]: valid (the plan scans the key that may conflict)

-- case: the target column is read
insert into countries (code, name) values ('x', 'y') on conflict (code) do nothing
-- reads: countries.code

-- case: do update
insert into countries (code, name) select country, email from users on conflict (code) do update set name = 'z'
-- dialect: postgres duckdb
-- reads: users.country users.email countries.code

-- case: a condition on the update
insert into countries as c (code, name) values ('x', 'y') on conflict (code) do update set name = 'z' where c.name is null
-- reads: countries.code countries.name

-- case: the old value is read
-- dialect: postgres sqlite
insert into countries as c (code, name) values ('x', 'y') on conflict (code) do update set name = c.name || 'z'
-- reads: countries.code countries.name

-- case: on duplicate key
-- dialect: mysql
insert into countries (code, name) values ('x', 'y') on duplicate key update name = upper(code)
-- reads: countries.code countries.name

-- case: on duplicate key with a source of the query
-- dialect: mysql
insert into countries (code) select country from users on duplicate key update name = users.email
-- reads: countries.name users.country users.email

-- case: a value that names another of its row
-- dialect: mysql
insert into countries set code = (select max(ssn) from users), name = code
-- reads: users.ssn

-- case: on duplicate key behind a grouped query sees the target alone
-- dialect: mysql
insert into daily (country) select country from users group by country on duplicate key update total = country
-- reads: daily.country daily.total users.country

-- case: a column with its collation and its operators
-- dialect: postgres
insert into countries (code) values ('x') on conflict (code collate "C" text_pattern_ops, lower(name)) do nothing
-- reads: countries.code countries.name
-- engine[postgres]: no (no such index)

-- case: a proposed value asks for the column that it would replace
-- dialect: postgres
insert into countries (code, name) select country, email from users on conflict (code) do update set name = excluded.name
-- reads: countries.code countries.name users.country users.email

-- case: the proposed row as a value asks for the row it would replace
-- dialect: postgres
insert into countries (code) values ('x') on conflict (code) do update set name = excluded::text
-- reads: countries.code countries.name

-- case: a proposed value is not the column's
-- dialect: sqlite duckdb
insert into countries (code, name) select country, email from users on conflict (code) do update set name = excluded.name
-- reads: countries.code users.country users.email
-- engine[sqlite]: no (its grammar wants a WHERE before ON)

-- case: the proposed row by its alias
-- dialect: mysql
insert into users (id, name) values (1, (select max(status) from orders)) as new on duplicate key update email = new.name
-- reads: orders.status users.email
-- writes users.id: <-
-- writes users.name: orders.status <-
-- writes users.email: orders.status <-

-- case: the proposed columns by aliases of their own
-- dialect: mysql
insert into users (name, id) values ((select max(status) from orders), 1) as new (a, b)
on duplicate key update ssn = concat(a, email), manager_id = new.b
-- reads: orders.status users.email users.manager_id users.ssn
-- writes users.id: <-
-- writes users.manager_id: <-
-- writes users.name: orders.status <-
-- writes users.ssn: orders.status users.email <-

-- case: the proposed row of all columns by its alias
-- dialect: mysql
insert into countries values ('x', 'y') as new on duplicate key update name = new.name
-- reads: countries.name

-- case: an alias that the proposed row has not
-- dialect: mysql
insert into users (id, name) values (1, 'x') as new on duplicate key update name = other.name
-- reads: users.name
-- unresolved: unknown-column
