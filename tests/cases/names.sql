-- dialect: postgres

-- case: a quoted name is another table than the same letters unquoted
create table "T" as select ssn from users; create table t as select id from users; select * from "T"
-- reads: users.ssn users.id
-- levels: restricted internal restricted

-- case: a temporary table hides the catalog's until it is dropped
-- dialect: postgres duckdb sqlite mysql snowflake
create temporary table users as select ssn as country from archive;
select country from users; drop table users; select country from users
-- reads: archive.ssn users.country
-- levels: restricted restricted internal public

-- case: a name with its schema may be the temporary table or the one behind it
create temporary table users as select 1 as id; select id from app.users
-- reads:
-- unresolved: ambiguous-name

-- case: a local temporary table is another than the table of its name
-- dialect: tsql
select ssn as name into #countries from users; select name from countries; select name from #countries
-- reads: users.ssn countries.name
-- levels: restricted public restricted

-- case: if not exists does not make a new table
-- dialect: postgres duckdb sqlite mysql snowflake
create table if not exists t as select id from users; select id from t
-- reads: users.id
-- unresolved: unknown-dataset

-- case: if not exists does not hide the catalog's either
create temporary table if not exists users as select ssn as country from archive; select country from users
-- reads: archive.ssn
-- unresolved: unknown-dataset

-- case: what is dropped first is new with if not exists
-- dialect: postgres duckdb sqlite mysql snowflake
drop table if exists t; create table if not exists t as select id from users; select id from t
-- reads: users.id
-- levels: public internal internal

-- case: if not exists of a table of the catalog adds to what it holds
create table if not exists countries as select ssn as name from users; select name from countries
-- reads: users.ssn countries.name
-- levels: restricted restricted
-- engine[postgres]: valid (the table exists, so the query does not run)

-- case: dropping a table writes what it destroys
drop table archive
-- reads:
-- writes archive.id: <-
-- writes archive.name: <-
-- writes archive.email: <-
-- writes archive.ssn: <-
-- datasets: archive
-- level: restricted

-- case: dropping several tables, one of them unknown
drop table archive, nowhere
-- reads:
-- unresolved: unknown-dataset

-- case: a table of the catalog that is dropped is gone
drop table users; select id from users
-- reads:
-- unresolved: unknown-dataset

-- case: a table that is dropped is gone by its full name too
set search_path to hr, app; drop table salaries; select amount from hr.salaries
-- reads:
-- unresolved: unknown-dataset

-- case: a table made anew keeps the declared labels
-- dialect: postgres duckdb
drop table archive; create table archive as select code as ssn from countries; select ssn from archive
-- reads: countries.code archive.ssn
-- levels: restricted restricted restricted

-- case: a table of the catalog under another name
-- dialect: postgres duckdb sqlite mysql snowflake
alter table users rename to people2; select ssn from people2; select ssn from users
-- reads: users.ssn
-- levels: public restricted restricted
-- unresolved: unknown-dataset

-- case: what flows into a renamed table reaches who reads it
alter table users rename to u2; update u2 set country = ssn; select country from u2
-- reads: users.ssn users.country
-- writes users.country: users.ssn <-
-- levels: public restricted restricted

-- case: several tables are renamed in turn
-- dialect: mysql
rename table users to u2, countries to users; select code from users; select ssn from u2
-- reads: countries.code users.ssn
-- levels: restricted public restricted

-- case: two tables change names
-- dialect: snowflake
alter table users swap with countries; select ssn from countries; select code from users
-- reads: users.ssn countries.code
-- levels: public restricted public

-- case: a renamed column is the same column
-- dialect: postgres duckdb sqlite mysql snowflake
alter table users rename column ssn to code; select code from users; select id from users where code is null
-- reads: users.ssn users.id
-- levels: public restricted restricted
-- engine[sqlite]: valid (it tells the new name)

-- case: a renamed column without the word
-- dialect: postgres sqlite duckdb mysql
alter table users rename ssn to code; select code from users
-- reads: users.ssn
-- levels: public restricted
-- engine[sqlite]: valid (it tells the new name)

-- case: columns that are changed, modified and added
-- dialect: mysql
alter table users change ssn code text, modify country varchar(9), add note text; select code, country, note from users
-- reads: users.ssn users.country
-- levels: public restricted

-- case: a constraint reads what it names
-- dialect: postgres
alter table users add constraint short check (length(ssn) < 12)
-- reads: users.ssn

-- case: a comment on a table
-- dialect: postgres
comment on table users is 'people'; comment on column users.ssn is 'a number'; select id from users
-- reads: users.id
-- levels: public public internal

-- case: a partition of a table holds its rows
-- dialect: postgres
create table users_new partition of users for values in (1)
-- reads:
-- unresolved: unsupported-construct

-- case: a renamed column has no longer its old name
alter table users rename column ssn to code; select ssn from users
-- reads:
-- unresolved: unknown-column

-- case: a renamed column of a table that the script made
create table t as select ssn, id from users; alter table t rename column ssn to id2; select id2 from t; select id from t
-- reads: users.ssn users.id
-- levels: restricted public restricted internal

-- case: a dropped column is in no star
-- dialect: postgres duckdb
alter table archive drop column ssn; select * from archive
-- reads: archive.id archive.name archive.email
-- levels: restricted confidential

-- case: a dropped column no longer binds inside a subquery
-- dialect: postgres duckdb
alter table countries drop column name; select id from users where exists (select 1 from countries where name = 'x')
-- reads: users.id users.name

-- case: an added column holds what is written into it
-- dialect: postgres duckdb
alter table countries add column note text;
update countries set note = (select max(ssn) from users); select note from countries; select code from countries
-- reads: users.ssn countries.code
-- writes countries.note: users.ssn <-
-- levels: public restricted restricted public

-- case: a column takes another type by way of another column
alter table users alter column country type text using ssn; select country from users
-- reads: users.ssn users.country
-- levels: restricted restricted
-- engine[postgres]: no (a view is in the way)

-- case: a change of partitions, and all that follows, is unresolved
-- dialect: postgres hive
alter table users attach partition users_new for values in (1); select id from users
-- reads: users.id
-- unresolved: unsupported-statement

-- case: a rollback undoes what names mean
-- dialect: postgres duckdb
begin; create temporary table users as select 1 as ssn; rollback; select ssn from users
-- reads:
-- unresolved: unsupported-statement
-- levels: public public public restricted

-- case: a rollback of data only
-- dialect: postgres duckdb
begin; insert into countries (name) values ('x'); rollback; select name from countries
-- reads: countries.name
-- engine[postgres]: valid (the role ends with the transaction)

-- case: a commit keeps the names
-- dialect: postgres duckdb
begin; create table t as select ssn from users; commit; begin; select ssn from t; rollback; select ssn from t
-- reads: users.ssn

-- case: savepoints
savepoint one; rollback to savepoint one; start transaction; select id from users; commit
-- reads: users.id

-- case: a schema that is used
-- dialect: mysql duckdb spark
use hr; select amount from salaries
-- reads: hr.salaries.amount
-- output amount: hr.salaries.amount <-

-- case: a schema that is used, by its word
-- dialect: snowflake
use schema hr; select amount from salaries
-- reads: hr.salaries.amount
-- output amount: hr.salaries.amount <-

-- case: the schema of temporary tables
-- dialect: postgres
create temp table tt as select ssn from users; select ssn from pg_temp.tt
-- reads: users.ssn users.ssn
-- output ssn: users.ssn <-
-- writes tt.ssn: users.ssn <-

-- case: an object that is no table is dropped
-- dialect: postgres
drop sequence if exists s; select id from users
-- reads: users.id
-- output id: users.id <-

-- case: only one table is emptied
-- dialect: postgres
truncate only users
-- reads:

-- case: a view of the catalog under another name
-- dialect: postgres
alter view people rename to folk; select name from folk
-- reads: users.created_at users.created_at users.name
-- output name: users.name <- users.created_at

-- case: a view's column under another name
-- dialect: postgres
alter view people rename column name to n; select n from people
-- reads: users.created_at users.created_at users.name
-- output n: users.name <- users.created_at

-- case: a table that is not known is exchanged
-- dialect: snowflake
alter table nosuch swap with users
-- reads:
-- unresolved: unknown-dataset

-- case: a temporary table is exchanged
-- dialect: snowflake
create temporary table t as select ssn from users; alter table t swap with users; select * from t
-- reads: users.ssn users.ssn
-- unresolved: unsupported-construct

-- case: a column that is not there is renamed
-- dialect: postgres
alter table users rename column nosuch to x
-- reads:
-- unresolved: unsupported-construct

-- case: a column that is not there is dropped
-- dialect: postgres
alter table users drop column nosuch
-- reads:
-- unresolved: unsupported-construct

-- case: a column that is not there takes another type
-- dialect: postgres
alter table users alter column nosuch type text
-- reads:
-- unresolved: unsupported-construct

-- case: a constraint is dropped
-- dialect: postgres
alter table users drop constraint if exists c
-- reads:

-- case: a default from a query
-- dialect: mysql
alter table users add column x text default (select max(ssn) from archive)
-- reads:
-- unresolved: unsupported-construct

-- case: a default that is a value
-- dialect: postgres
alter table users alter column name set default upper('x')
-- reads:

-- case: several tables under other names
-- dialect: mysql
rename table users to u2, archive to users; select ssn from users
-- reads: archive.ssn
-- output ssn: archive.ssn <-

-- case: a table with its schema under another name
-- dialect: mysql
rename table app.users to app.u2; select ssn from u2
-- reads: users.ssn
-- output ssn: users.ssn <-

-- case: a table that is not known under another name
-- dialect: mysql
rename table nosuch to x
-- reads:
-- unresolved: unknown-dataset

-- case: a schema that is made
-- dialect: postgres
create schema s; select id from users
-- reads: users.id
-- output id: users.id <-
-- engine: valid (the role may make none)

-- case: a schema that is copied
-- dialect: snowflake
create schema s clone app
-- reads:
-- unresolved: unsupported-statement

-- case: a table that exists is made again
-- dialect: postgres
create table t as select id from users; create table if not exists t as select ssn as id from archive; select id from t
-- reads: users.id archive.ssn archive.ssn users.id
-- output id: archive.ssn users.id <-
-- writes t.id: users.id <-
-- writes t.id: archive.ssn <-
-- engine: valid (the table exists, so the query does not run)

-- case: a function that is made
-- dialect: postgres
create function f() returns int as $$ select 1 $$ language sql
-- reads:
-- unresolved: unsupported-statement

-- case: a table like another
-- dialect: mysql
create table t like users
-- reads:

-- case: a table as another
-- dialect: clickhouse
create table t as users
-- reads:
