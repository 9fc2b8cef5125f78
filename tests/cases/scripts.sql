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
