-- dialect: postgres

-- case: upkeep of a table
vacuum (analyze, verbose) users
-- reads:
-- engine: no (VACUUM runs in no transaction)

-- case: upkeep of everything
checkpoint
-- reads:
-- engine: no (only a superuser may)

-- case: indexes are made again
-- dialect: sqlite
reindex; vacuum
-- reads:
-- engine: no (VACUUM runs in no transaction)

-- case: statistics of columns
analyze users (ssn, name)
-- reads:

-- case: upkeep between queries
select id from users; analyze users; vacuum full; select code from countries
-- reads: users.id countries.code
-- engine: no (VACUUM runs in no transaction)

-- case: upkeep in other words
-- dialect: mysql
optimize table users, orders; analyze table users
-- reads:

-- case: locks
-- dialect: mysql
lock tables users read, orders write; unlock tables
-- reads:

-- case: a lock in a transaction
begin; lock table users in exclusive mode; select ssn from users; commit
-- reads: users.ssn

-- case: a copy of the database
-- dialect: sqlite
vacuum into 'copy.db'
-- reads:
-- unresolved: unsupported-statement

-- case: a statement that is run and analysed
-- dialect: mysql
analyze replace countries select ssn, name from users
-- reads:
-- unresolved: syntax-error

-- case: statistics of what is no table
-- dialect: mysql
analyze format=json select ssn from users
-- reads:
-- unresolved: syntax-error

-- case: text that the server runs
-- dialect: mysql
lock tables users /*! write */ read
-- reads:
-- unresolved: unsupported-statement hidden-text

-- case: channels
listen changed; notify changed; unlisten changed
-- reads:

-- case: sequences and types
create sequence numbers start 10; create type mood as enum ('good', 'bad'); alter sequence numbers restart;
alter type mood add value 'so so'; drop type mood; drop sequence numbers
-- reads:

-- case: a type of a query's values
-- dialect: duckdb
create type x as enum (select ssn from users)
-- reads:
-- unresolved: unsupported-statement

-- case: an attribute takes another's name
alter type pair rename attribute a to b
-- reads:
-- unresolved: unsupported-statement
-- engine: no (no such type)

-- case: domains, statistics, extensions
create domain short as text check (length(value) < 9); create statistics s on ssn, name from users; drop domain short;
drop statistics s
-- reads:

-- case: roles
create role ann with login; alter role ann set search_path to hr; drop role ann
-- reads:
-- engine: no (only a superuser may)

-- case: what a table is beside its columns
alter table users owner to ann; alter table users enable row level security; alter table users replica identity full
-- reads:
-- engine: no (no such role)

-- case: rights of what is made later
alter default privileges in schema app grant select on tables to public
-- reads:

-- case: another part of a table behind a comma
alter table users owner to ann, add column x text default (select max(ssn) from users)
-- reads:
-- unresolved: unsupported-statement
-- engine: no (no such role)

-- case: a function is dropped
drop function if exists f(int); select id from users
-- reads: users.id

-- case: the end of a transaction
begin; select ssn from users; end
-- reads: users.ssn

-- case: a table until the transaction ends
begin; create temp table t on commit drop as select ssn from users where id = 1; select ssn from t; commit
-- reads: users.ssn users.id
-- writes t.ssn: users.ssn <- users.id

-- case: a name when the transaction has ended
begin; create temp table users (ssn text) on commit drop; select ssn from users; commit; select ssn from users
-- reads:
-- unresolved: unknown-dataset
-- engine: no (it means the other table then)

-- case: a table until the end of a statement
create temp table t on commit drop as select ssn from users; select ssn from t
-- reads: users.ssn
-- unresolved: unknown-dataset
-- engine: no (no such table)

-- case: a name when what it needs is dropped
create temp table base (id int); create temp view users as select id as ssn from base; drop table base cascade;
select ssn from users
-- reads:
-- unresolved: unresolved-view
-- engine: no (it means the other table then)

-- case: a name when a column that it needs is dropped
create temp table base (id int, n int); create temp view users as select id as ssn from base;
alter table base drop column id cascade; select ssn from users
-- reads:
-- unresolved: unresolved-view
-- engine: no (it means the other table then)

-- case: a name when something that it may need is dropped
create temp view users as select name as ssn from countries; drop extension if exists citext cascade;
select ssn from users
-- reads: countries.name
-- unresolved: unresolved-view
-- engine: no (the extension may not be there)

-- case: several columns at once
-- dialect: databricks hive
alter table archive add columns (x string comment 'y', z int); select z, ssn from archive
-- reads: archive.ssn

-- case: behind which column a new one stands
-- dialect: mysql databricks
alter table archive add column x int after name; select x, ssn from archive
-- reads: archive.ssn

-- case: options of a table
alter table users set (fillfactor = 70)
-- reads:

-- case: properties and tags
-- dialect: snowflake
alter table users set tag pii = 'x', ssn = 'y'; alter table users set data_retention_time_in_days = 3
-- reads:

-- case: an option that is no constant
-- dialect: postgres
alter table users set (fillfactor = (select max(id) from orders))
-- reads:
-- unresolved: unsupported-construct

-- case: other files for a table
-- dialect: hive
alter table users set location 's3://x'
-- reads:
-- unresolved: unsupported-construct

-- case: clusters
-- dialect: snowflake
alter table users cluster by (ssn, to_date(created_at))
-- reads:

-- case: clusters by a query
-- dialect: snowflake
alter table users cluster by ((select max(amount) from orders))
-- reads: orders.amount

-- case: files are put together
-- dialect: databricks
optimize users zorder by (id); refresh table users
-- reads:

-- case: files are put together where something holds
-- dialect: databricks
optimize users where ssn = 'x'
-- reads:
-- unresolved: unsupported-statement

-- case: a view is made anew
-- dialect: trino
refresh materialized view v
-- reads:
-- unresolved: unsupported-construct
