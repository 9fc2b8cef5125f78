-- dialect: postgres duckdb

-- case: insert from a query
-- dialect: postgres duckdb sqlite mysql snowflake tsql
insert into archive (id, ssn) select id, ssn from users where country = 'x'
-- reads: users.id users.ssn users.country
-- writes archive.id: users.id <- users.country
-- writes archive.ssn: users.ssn <- users.country
-- kind: insert
-- kind: insert

-- case: insert without a column list
insert into archive select id, name, email, ssn from users
-- reads: users.id users.name users.email users.ssn
-- writes archive.id: users.id <-
-- writes archive.name: users.name <-
-- writes archive.email: users.email <-
-- writes archive.ssn: users.ssn <-

-- case: insert values
-- dialect: postgres duckdb sqlite mysql tsql snowflake
insert into countries (code, name) values ('x', 'y')
-- reads:
-- writes countries.code: <-
-- writes countries.name: <-
-- datasets: countries

-- case: insert values with a subquery
insert into countries (code, name) values ('x', (select max(email) from users))
-- reads: users.email
-- writes countries.code: <-
-- writes countries.name: users.email <-

-- case: insert defaults
-- dialect: postgres duckdb sqlite
insert into countries default values
-- reads:

-- case: insert with a common table expression before
with t as (select email from users) insert into countries (name) select email from t
-- reads: users.email
-- writes countries.name: users.email <-

-- case: insert with a common table expression inside
insert into countries (name) with t as (select email from users) select email from t
-- reads: users.email
-- writes countries.name: users.email <-

-- case: insert a union
insert into countries (name) select email from users union all select status from orders
-- reads: users.email orders.status
-- writes countries.name: users.email orders.status <-

-- case: insert by name
-- dialect: duckdb
insert into countries by name select email as name, country as code from users
-- reads: users.email users.country
-- writes countries.name: users.email <-
-- writes countries.code: users.country <-

-- case: insert overwrite
-- dialect: spark hive
insert overwrite table countries select country, name from users
-- reads: users.country users.name
-- writes countries.code: users.country <-
-- writes countries.name: users.name <-

-- case: insert set
-- dialect: mysql
insert into countries set code = 'x', name = (select max(email) from users)
-- reads: users.email
-- writes countries.code: <-
-- writes countries.name: users.email <-

-- case: insert into a column that is not there
insert into countries (population) select id from users
-- reads: users.id
-- unresolved: unknown-column

-- case: insert into a table that is not there
insert into nowhere select ssn from users
-- reads: users.ssn
-- unresolved: unknown-dataset

-- case: insert or replace
-- dialect: sqlite duckdb
insert or replace into countries (code, name) select country, email from users
-- reads: users.country users.email
-- writes countries.code: users.country <-
-- writes countries.name: users.email <-
-- engine[duckdb]: valid (the plan scans the key that may conflict)

-- case: insert into several tables
-- dialect: snowflake
insert all into countries (code) values (country) into archive (ssn) values (ssn) select country, ssn from users
-- reads: users.country users.ssn
-- writes countries.code: users.country <-
-- writes archive.ssn: users.ssn <-

-- case: replace is an insert
-- dialect: mysql sqlite
replace into countries (code, name) select country, max(ssn) from users group by country
-- kind: insert
-- reads: users.country users.ssn
-- writes countries.code: users.country <- users.country
-- writes countries.name: users.ssn <- users.country

-- case: replace with set
-- dialect: mysql
replace into countries set code = (select max(country) from users)
-- reads: users.country

-- case: words that say how
-- dialect: mysql
insert low_priority ignore into countries (code) select country from users
-- reads: users.country

-- case: who gives the values of identity columns
-- dialect: postgres
insert into archive (id, name) overriding system value select id, name from users
-- reads: users.id users.name
-- writes archive.id: users.id <-
-- writes archive.name: users.name <-

-- case: parts of columns
-- dialect: postgres
insert into events (payload.a[1], tags[2:3], kind) select ssn, email, name from users
-- reads: users.ssn users.email users.name
-- writes events.payload: users.ssn <-
-- writes events.tags: users.email <-
-- writes events.kind: users.name <-
-- engine[postgres]: no (the column is jsonb and has no parts)

-- case: rows by their names
-- dialect: duckdb spark
insert into archive by name select id, ssn from users
-- reads: users.id users.ssn
-- writes archive.id: users.id <-
-- writes archive.ssn: users.ssn <-

-- case: rows without their defaults
-- dialect: tsql
insert into users default values select ssn from users
-- reads:
-- unresolved: unsupported-construct

-- case: values by name, in MySQL
-- dialect: mysql
insert into users set name = 'x', email = 'y'
-- reads:
-- writes users.name: <-
-- writes users.email: <-

-- case: one query into several tables
-- dialect: oracle snowflake
insert all into users (id, name) values (id + 1, ssn) into countries (code) values (email) select id, ssn, email from archive
where name = 'x'
-- reads: archive.id archive.ssn archive.email archive.name
-- writes users.id: archive.id <- archive.name
-- writes users.name: archive.ssn <- archive.name
-- writes countries.code: archive.email <- archive.name

-- case: into which of several tables
-- dialect: oracle snowflake
insert first when id > 1 then into users (id) values (id) else into countries (code) values (ssn) select id, ssn from archive
-- reads: archive.id archive.ssn
-- writes users.id: archive.id <- archive.id
-- writes countries.code: archive.ssn <- archive.id

-- case: all columns into one of several tables
-- dialect: snowflake
insert all into countries into users (id) values (code) select ssn as code, name from archive
-- reads: archive.ssn archive.name
-- writes countries.code: archive.ssn <-
-- writes countries.name: archive.name <-
-- writes users.id: archive.ssn <-

-- case: one source into several tables
-- dialect: hive spark
from archive a insert into users (id) select a.id insert into countries (code) select ssn where name = 'x'
-- reads: archive.id archive.ssn archive.name
-- writes users.id: archive.id <-
-- writes countries.code: archive.ssn <- archive.name

-- case: a subquery beside one of several tables
-- dialect: oracle
insert all into countries (code) values ((select max(amount) from orders)) select id from users
-- reads: orders.amount users.id

-- case: a star of one source into several tables
-- dialect: spark
from countries insert into archive select * insert into users (id) select code
-- reads: countries.code
-- unresolved: unsupported-construct

-- case: a table of several that is not known
-- dialect: oracle
insert all into nowhere (code) values (x) select ssn as x from users
-- reads: users.ssn
-- unresolved: unknown-dataset
