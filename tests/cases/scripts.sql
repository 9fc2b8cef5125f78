-- dialect: postgres duckdb

-- case: two statements
select name from users; select amount from orders
-- reads: users.name orders.amount
-- levels: confidential confidential

-- case: an empty statement
select name from users;;
-- reads: users.name

-- case: a created table carries its labels
create table copied as select ssn as s from users; select s from copied
-- reads: users.ssn
-- levels: restricted restricted

-- case: a temporary table carries its labels
create temporary table t as select email as e, country as c from users; select c from t; select e from t
-- reads: users.email users.country
-- levels: confidential public confidential

-- case: a created view is looked through
create view seen as select email as e from users where ssn is null; select e from seen
-- reads: users.email users.ssn
-- levels: restricted restricted

-- case: an insert raises what later statements read
insert into countries (name) select ssn from users; select name from countries
-- reads: users.ssn countries.name
-- levels: restricted restricted

-- case: an update raises what later statements read
-- dialect: postgres duckdb sqlite mysql
update countries set name = (select max(ssn) from users); select name from countries
-- reads: users.ssn countries.name
-- levels: restricted restricted

-- case: a dropped table is gone
create table t as select email from users; drop table t; select email from t
-- reads: users.email
-- unresolved: unknown-dataset

-- case: a renamed table keeps its labels
create table t as select email from users; alter table t rename to s; select email from s
-- reads: users.email
-- levels: confidential public confidential

-- case: a search path
-- dialect: postgres
set search_path to hr; select amount from salaries
-- reads: hr.salaries.amount

-- case: a schema in use
-- dialect: mysql duckdb
use hr; select amount from salaries
-- reads: hr.salaries.amount

-- case: a transaction
begin; update users set name = 'x' where id = 1; commit
-- reads: users.id

-- case: an error in the second statement does not hide the first
select ssn from users; select frm where
-- reads: users.ssn
-- unresolved: syntax-error

-- case: an else does not hide what follows
select code from countries; else; select ssn from users
-- reads: countries.code users.ssn
-- unresolved: unsupported-statement

-- case: semicolons in literals and comments
select ';' as a, name /* ; */ from users -- ; select ssn from users
-- reads: users.name

-- case: a temporary table by its mark
-- dialect: tsql
select email as e into #t from users; select e from #t
-- reads: users.email
-- levels: confidential confidential

-- case: an insertion raises what the rows tell
-- dialect: postgres duckdb sqlite mysql
insert into countries (code) select code from countries where name in (select ssn from users); select count(*) from countries
-- reads: countries.code countries.name users.ssn
-- levels: restricted restricted

-- case: a view shows what its table holds by now
-- dialect: postgres duckdb sqlite mysql
create view v as select name from countries; insert into countries (name) select ssn from users; select name from v
-- reads: countries.name users.ssn
-- levels: public restricted restricted
-- engine[sqlite]: no (a view is made in the schema of its table alone)

-- case: a view over a table that the script made
create temporary table t (a text); create view v as select a from t; insert into t select ssn from users; select a from v
-- reads: users.ssn
-- levels: public public restricted restricted

-- case: a view of the catalog over a table that the script wrote
insert into users (name) select ssn from archive; select name from people
-- reads: archive.ssn users.name users.created_at
-- levels: restricted restricted
-- engine[postgres]: valid (behind a view its owner's privileges count)

-- case: a view of the catalog that is replaced
create or replace view people as select id, ssn as name from users; select name from people; select id from people
-- reads: users.id users.ssn
-- levels: restricted restricted internal
-- engine[postgres]: no (a view keeps its columns)

-- case: a view over the one that it replaces
create view v as select id from users; create or replace view v as select id from v; select id from v
-- reads: users.id
-- engine[postgres]: no (a view cannot be over itself)
-- engine[duckdb]: no (a view cannot be over itself)

-- case: a view that is defined twice
create view v as select id from users; create or replace view v as select ssn as id from users; select id from v
-- reads: users.id users.ssn
-- levels: internal restricted restricted
-- engine[postgres]: no (a view keeps the types of its columns)

-- case: a view after its table is renamed and another takes the name
create view v as select name from countries; alter table countries rename to c2;
create table countries as select ssn as name from users; select name from v
-- reads: countries.name users.ssn
-- levels: public public restricted restricted

-- case: a view over a view that does not exist yet
create view v as select ssn from v2; create view v2 as select ssn from users; select ssn from v
-- reads: users.ssn
-- unresolved: unknown-dataset unresolved-view

-- case: a write through a view over a made table
create table t (a text); create view v as select a from t; insert into v select ssn from users
-- reads: users.ssn
-- unresolved: unresolved-view

-- case: a view if there is none
-- dialect: duckdb
create view if not exists v as select id from users; select id from v
-- reads: users.id
-- unresolved: unresolved-view

-- case: a name with a schema is no temporary table's
-- dialect: sqlite
create temporary table users as select 1 as ssn; select ssn from main.users
-- reads:
-- unresolved: unknown-dataset

-- case: a view of DuckDB is read where names are looked up then
-- dialect: duckdb
use hr; create view v as select amount from salaries; use app; select amount from hr.v
-- reads: hr.salaries.amount
-- unresolved: unresolved-view

-- case: a setting that deletes the temporary tables
-- dialect: sqlite
create temporary table users as select 1 as ssn; pragma temp_store = 2; pragma foreign_keys = on
-- reads:
-- unresolved: unsupported-statement

-- case: a transaction that is given up
-- dialect: postgres
begin; insert into countries (code) values ('x'); abort; select name from countries
-- reads: countries.name
-- kind: transaction insert transaction select
-- engine: valid (the role ends with the transaction)

-- case: a setting that tells of a table
-- dialect: sqlite
pragma table_info(users); select id from users
-- reads: users.id
-- kind: show select

-- case: what is not understood is so where a script keeps it
-- dialect: postgres
create temp table t as select query_to_xml('select ssn from users', true, false, '') as x; select x from t
-- reads:
-- unresolved: opaque-function unknown-dataset
-- levels: restricted restricted

-- case: what is not understood is so where a script adds it
-- dialect: postgres duckdb sqlite
create temporary table t (x text); insert into t select nosuch from users; create temporary table s as select x from t; select x from s
-- reads:
-- unresolved: unknown-column unknown-dataset
-- levels: public restricted restricted restricted

-- case: what is not understood is so where a variable holds it
-- dialect: mysql
set @x = load_file('x'); select @x
-- reads:
-- unresolved: opaque-function unsupported-construct
-- levels: restricted restricted

-- case: a variable that holds what is understood
-- dialect: mysql
set @x = (select max(id) from users); select @x
-- reads: users.id users.id
-- levels: internal internal

-- case: a variable without a mark
-- dialect: bigquery
declare d date default current_date(); select id from users where created_at > d
-- reads: users.created_at users.id

-- case: a variable that a query sets
-- dialect: bigquery
declare x string; set x = (select max(ssn) from users); select x as y
-- reads: users.ssn
-- output y: users.ssn <- users.ssn

-- case: several variables at once
-- dialect: bigquery
declare a, b string default 'x'; set (a, b) = (select as struct id, ssn from users limit 1); select a as y from countries
-- reads: users.id users.ssn

-- case: fields of a variable
-- dialect: bigquery
declare r struct<a int64, b string>; set r = (select as struct id as a, ssn as b from users limit 1); select r.b as y
-- reads: users.id users.ssn

-- case: a list that a variable holds
-- dialect: bigquery
declare ids array<int64>; set ids = (select array_agg(id) from users); select code from countries where name in unnest(ids)
-- reads: users.id countries.code countries.name

-- case: a column hides a variable of its name
-- dialect: bigquery
declare ssn string default (select max(email) from users); select ssn as y from users
-- reads: users.email users.ssn
-- output y: users.ssn <-

-- case: a variable of the session
-- dialect: databricks
declare or replace variable x string default (select max(ssn) from users); select x as y
-- reads: users.ssn
-- output y: users.ssn <- users.ssn

-- case: a variable of the session that is set
-- dialect: databricks
declare variable x string; set var x = (select max(ssn) from users); select x as y
-- reads: users.ssn

-- case: no variable is declared
-- dialect: bigquery databricks
select x from users
-- reads:
-- unresolved: unknown-column

-- case: a variable after what may set it
-- dialect: bigquery
declare x string; execute immediate 'select ssn from users' into x; select x as y
-- reads:
-- unresolved: dynamic-sql unsupported-construct

-- case: a variable that one branch sets
-- dialect: bigquery
declare x string; if true then set x = (select max(ssn) from users); end if; select x as y
-- reads:
-- unresolved: unsupported-statement unsupported-construct

-- case: a variable that is named like a row
-- dialect: bigquery
declare c string default (select max(ssn) from users); select c as y from countries as c
-- reads: users.ssn countries.code countries.name
-- output y: users.ssn countries.code countries.name <- users.ssn

-- case: a variable that is named like a function of other engines
-- dialect: bigquery
declare user string default (select max(ssn) from users); select user as y
-- reads: users.ssn
-- output y: users.ssn <- users.ssn

-- case: a variable beside a source whose columns are not known
-- dialect: bigquery
declare x string default (select max(ssn) from users); select x as y from nowhere
-- reads: users.ssn
-- unresolved: unknown-dataset

-- case: a table that is a variable
-- dialect: tsql
declare @t table (id int primary key, s nvarchar(10)); insert into @t (id, s) select id, ssn from users where name = 'x';
select t.s as y from @t as t join countries c on c.code = t.s
-- reads: users.id users.ssn users.name countries.code
-- output y: users.ssn <- users.name users.ssn countries.code

-- case: changes of a table that is a variable
-- dialect: tsql
declare @t table (id int, s nvarchar(9)); update @t set s = (select max(ssn) from users); delete from @t where id = 1;
select s as y from @t
-- reads: users.ssn
-- output y: users.ssn <-

-- case: rows that OUTPUT puts into a variable
-- dialect: tsql
declare @t table (id int, s nvarchar(9)); update users set name = 'x' output deleted.id, deleted.ssn into @t; select s as y from @t
-- reads: users.id users.ssn
-- output y: users.ssn <-

-- case: a table that no DECLARE names
-- dialect: tsql
select ssn from @t
-- reads:
-- unresolved: unknown-dataset

-- case: a variable beside a table of its name
-- dialect: tsql
declare @users table (id int, ssn int); select ssn from @users; select ssn as y from users
-- reads: users.ssn

-- case: a table that what nobody knows may fill
-- dialect: tsql
declare @t table (s int); exec p @t; select s from @t
-- reads:
-- unresolved: unsupported-statement unknown-dataset

-- case: a declared table with a query in it
-- dialect: tsql
declare @t table (x as (select max(ssn) from users)); select 1
-- reads:
-- unresolved: unsupported-construct

-- case: a declaration without a semicolon
-- dialect: tsql
declare @x int = 1, @y nvarchar(9) = (select max(ssn) from users) select name as z from users where id = @x
-- reads: users.ssn users.name users.id

-- case: what nobody knows may fill each table of the script
-- dialect: postgres
create temporary table t (s text); call p(); select s from t
-- reads:
-- unresolved: unsupported-statement unknown-dataset
-- engine: no (no such procedure)

-- case: a variable that is named like a table of a schema
-- dialect: tsql
declare @t table (id int); select id from dbo.@t
-- reads:
-- unresolved: opaque-function dynamic-sql
