-- dialect: postgres

-- case: a search path of several schemas
set search_path to hr, app; select amount from salaries; select ssn from users
-- reads: hr.salaries.amount users.ssn

-- case: a search path with the caller's own schema
set search_path = "$user", 'hr'; select amount from salaries
-- reads: hr.salaries.amount

-- case: a search path in a text
-- dialect: duckdb
set search_path = 'hr,app'; select amount from salaries; select ssn from users
-- reads: hr.salaries.amount users.ssn

-- case: one schema
set schema 'hr'; select amount from salaries
-- reads: hr.salaries.amount

-- case: back to the first search path
set search_path to hr; reset search_path; select ssn from users; set search_path to default; select id from users
-- reads: users.ssn users.id

-- case: a search path for one transaction ends with it
begin; set local search_path to hr; select amount from salaries; commit; select ssn from users
-- reads: hr.salaries.amount
-- unresolved: unsupported-statement unknown-dataset

-- case: who asks, and how the answer looks, changes no column
set role reporting; set session authorization ann; set time zone 'UTC'; set statement_timeout = 3;
set datestyle to iso; reset role; select id from users
-- reads: users.id
-- levels: public public public public public public internal
-- engine[postgres]: no (no such roles)

-- case: a setting that changes what a text is
-- dialect: mysql
set sql_mode = 'ANSI_QUOTES'; select "ssn" from users
-- reads:
-- unresolved: unsupported-statement
-- levels: restricted restricted

-- case: a setting of the same kind under the server's name
-- dialect: mysql
set @@session.sql_mode = ''; select id from users
-- reads: users.id
-- unresolved: unsupported-statement
-- levels: restricted restricted

-- case: a catalog in use
-- dialect: spark databricks
use catalog other; select id from users
-- reads: users.id
-- unresolved: unsupported-statement
-- levels: restricted restricted

-- case: a role and a warehouse in use
-- dialect: snowflake
use role reporting; use warehouse small; select id from users
-- reads: users.id
-- levels: public public internal

-- case: a variable carries what flows into it
-- dialect: mysql
set @v = (select max(ssn) from users where country = 'x'); select @v as v, name from countries
-- reads: users.ssn users.country countries.name
-- output v: users.ssn <- users.country users.ssn
-- output name: countries.name <-
-- levels: restricted restricted

-- case: a variable that a query fills
-- dialect: mysql
select ssn into @v from users where id = 1; select @v
-- reads: users.ssn users.id
-- levels: restricted restricted

-- case: a variable that an expression fills
-- dialect: mysql
select @v := ssn from users where id = 1; select @v
-- reads: users.ssn users.id
-- levels: restricted restricted

-- case: variables of a batch
-- dialect: tsql
declare @x int = (select max(ssn) from users); select @x; declare @y int; select @y = amount from orders; select @y
-- reads: users.ssn orders.amount
-- levels: restricted restricted public confidential confidential

-- case: a variable that nothing flowed into
-- dialect: mysql tsql
set @x = 3; select name from countries where code = @x
-- reads: countries.name countries.code
-- levels: public public

-- case: how a query runs changes nothing of what it means
-- dialect: spark hive
set spark.sql.shuffle.partitions = 256; set hive.exec.dynamic.partition.mode = nonstrict; select ssn from users
-- reads: users.ssn

-- case: what names mean is another matter
-- dialect: spark
set spark.sql.caseSensitive = true; select name from users
-- reads: users.name
-- unresolved: unsupported-statement unsupported-statement

-- case: switches without semicolons
-- dialect: tsql
set nocount on set xact_abort on select id from users where ssn = 'x'
-- reads: users.id users.ssn

-- case: a switch in one statement, and a column of its name in another
-- dialect: tsql
set nocount on
update users set name = 'x' where ssn = 'y'
-- reads: users.ssn

-- case: a search path of the session
-- dialect: postgres
set session search_path to hr, app; select amount from salaries
-- reads: hr.salaries.amount
-- output amount: hr.salaries.amount <-

-- case: a search path that is a text
-- dialect: postgres
set search_path to 'hr'; select amount from salaries
-- reads: hr.salaries.amount
-- output amount: hr.salaries.amount <-

-- case: a search path in one text
-- dialect: duckdb
set search_path = 'hr,app'; select amount from salaries
-- reads: hr.salaries.amount
-- output amount: hr.salaries.amount <-

-- case: a schema that is set
-- dialect: duckdb
set schema = hr; select amount from salaries
-- reads: hr.salaries.amount
-- output amount: hr.salaries.amount <-

-- case: how transactions are
-- dialect: postgres mysql
set transaction isolation level read committed; select id from users
-- reads: users.id
-- output id: users.id <-

-- case: how the session's transactions are
-- dialect: postgres
set session characteristics as transaction read only; select id from users
-- reads: users.id
-- output id: users.id <-

-- case: constraints that wait
-- dialect: postgres
set constraints all deferred; select id from users
-- reads: users.id
-- output id: users.id <-

-- case: how one engine runs is no setting of another
-- dialect: sqlite
set work_mem = 4; select id from users
-- reads: users.id
-- output id: users.id <-
-- unresolved: unsupported-statement
-- levels: restricted restricted
-- engine: no (it has no SET)

-- case: settings of a query, set before it
-- dialect: clickhouse
set max_threads = 4, optimize_read_in_order = 1; select id from users settings final = 1
-- reads: users.id
-- output id: users.id <-

-- case: a setting that holds a condition
-- dialect: clickhouse
set additional_result_filter = 'ssn = 1'; select id from users
-- reads: users.id
-- output id: users.id <-
-- unresolved: unsupported-statement
-- levels: restricted restricted

-- case: characters in the client's encoding
-- dialect: mysql
set names utf8mb4; select id from users
-- reads: users.id
-- output id: users.id <-

-- case: a warehouse that is used
-- dialect: snowflake
use warehouse w; select id from users
-- reads: users.id
-- output id: users.id <-

-- case: variables with values and without
-- dialect: tsql
declare @x int = (select max(id) from users), @y int; select @x as x
-- reads: users.id users.id
-- output x: users.id <- users.id

-- case: how a transaction is set apart
-- dialect: tsql
set transaction isolation level read uncommitted; select id from users
-- reads: users.id

-- case: the same without semicolons
-- dialect: tsql
SET TRANSACTION ISOLATION LEVEL SNAPSHOT SET NOCOUNT ON SELECT ssn FROM users
-- reads: users.ssn

-- case: a level that there is not
-- dialect: tsql
set transaction isolation level ssn select id from users
-- reads:
-- unresolved: syntax-error
