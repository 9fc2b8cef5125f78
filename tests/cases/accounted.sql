-- dialect: postgres

-- case: the arrow of JSON in a call reads what stands before it
-- dialect: postgres sqlite duckdb mysql
select id from events where json_array_length(payload -> 'parts') > 2
-- reads: events.id events.payload
-- engine[postgres]: no (its function takes json, and the column is jsonb)

-- case: a text before the arrow is a text
-- dialect: postgres sqlite duckdb mysql
select json_array_length('{"a": []}' -> 'a') from users
-- reads:
-- engine[postgres]: no (its operator wants a type)

-- case: two arrows in an aggregate
-- dialect: postgres sqlite
select max(payload -> 'a' ->> 'b') from events
-- reads: events.payload

-- case: the arrow of a lambda hides a column
-- dialect: spark trino snowflake
select transform(tags, kind -> upper(kind)) from events
-- reads: events.tags

-- case: a lambda by its word
-- dialect: duckdb
select list_transform(tags, lambda kind: upper(kind)) from events
-- reads: events.tags

-- case: a whole row beside a function in from
-- dialect: postgres duckdb
select cast(c as text) from countries c, generate_series(1, 2) g
-- reads: countries.code countries.name

-- case: a whole row in order by beside a function
select u.id from countries c, users u, generate_series(1, u.id) n order by c
-- reads: users.id countries.code countries.name

-- case: the absolute value is no parameter
-- dialect: postgres duckdb redshift
select @amount, id - @ o.user_id from orders o where @(amount) > 5
-- reads: orders.amount orders.id orders.user_id

-- case: a slice without its lower end
-- dialect: postgres duckdb
select tags[:id] from events
-- reads: events.tags events.id

-- case: what stands behind a collation is unresolved where the parser takes it for one
-- dialect: mysql
select name collate utf8mb4_bin * manager_id from users
-- reads: users.name
-- unresolved: unaccounted-name

-- case: columns by a pattern inside a subquery
-- dialect: duckdb
select (select max(columns('^code$')) from countries) as first from users
-- reads: countries.code

-- case: a computed key of a map
-- dialect: duckdb
select map {upper(country): 1} from users
-- reads: users.country

-- case: distinct behind a pipe
-- dialect: bigquery
from app.countries |> distinct |> select code
-- reads: countries.code countries.name
-- output code: countries.code <- countries.code countries.name

-- case: a distinct selection behind a pipe
-- dialect: bigquery
from app.countries |> select distinct code, name |> where code = 'us' |> select name
-- reads: countries.code countries.name
-- output name: countries.name <- countries.code countries.name

-- case: a field of a column that the catalog does not know hides no source outside
-- dialect: duckdb
select id from users country where exists (select 1 from daily where country.ssn = day)
-- reads: users.id users.ssn daily.country daily.day

-- case: a function's alias hides no source outside
-- dialect: sqlite
select id from users where exists (select 1 from json_each('[1]') as users where users.manager_id > 1)
-- reads: users.id users.manager_id

-- case: order by takes a column before an output that no AS names
-- dialect: sqlite
select (select u.id from orders order by id limit 1) from users u
-- reads: users.id orders.id

-- case: an alias is not seen inside a group by expression
select max(code) as c from countries c group by length(c::text)
-- reads: countries.code countries.name

-- case: a table's name is its row before an earlier output
-- dialect: duckdb
select c.code as c, cast(c as varchar) from countries c
-- reads: countries.code countries.name

-- case: two columns of one name
-- dialect: duckdb
select * exclude (name) from countries as c(name)
-- reads:
-- unresolved: ambiguous-name

-- case: a placeholder in the place of a column
-- dialect: postgres sqlite mysql
select ? from users
-- reads:
-- unresolved: dynamic-sql

-- case: a placeholder in the place of a value
-- dialect: postgres sqlite mysql
select id from users where country = ?
-- reads: users.id users.country
-- engine[postgres]: no (a client's placeholder)

-- case: a constant that is a column
-- dialect: duckdb
select current_date from (select ssn as "current_date" from users) u
-- reads: users.ssn
-- output current_date: users.ssn <-

-- case: a built-in's name in another schema
-- dialect: tsql postgres
select n.a from hr.numbers(10) as n(a)
-- reads:
-- unresolved: opaque-function

-- case: a function of a package that reads what a text names
-- dialect: oracle
select utl_http.request('http://example.org') from users
-- reads:
-- unresolved: opaque-function

-- case: variables of a session
-- dialect: duckdb
set variable top = (select max(ssn) from users); select getvariable('top') as v
-- reads: users.ssn
-- levels: restricted restricted

-- case: a variable that nobody set
-- dialect: duckdb
select getvariable('top')
-- reads:
-- unresolved: opaque-function

-- case: a table that is temporary by its schema
create table pg_temp.countries as select ssn as code from users; select code from countries
-- reads: users.ssn
-- levels: restricted restricted

-- case: the path names temporary tables behind a schema
set search_path = app, pg_temp; create temp table users as select 1 as ssn; select ssn from users
-- reads: users.ssn

-- case: a setting of a transaction that does not run
set local search_path = hr; select amount from salaries
-- reads: hr.salaries.amount
-- unresolved: unsupported-statement

-- case: a character set that hides the end of a text
-- dialect: mysql
set names gbk; select id from users
-- reads: users.id
-- unresolved: unsupported-statement

-- case: a role with a schema of its own name
set role hr; select id from users
-- reads: users.id
-- unresolved: unsupported-statement

-- case: a role without one
set role auditor; select id from users
-- reads: users.id
-- engine[postgres]: no (no such role)

-- case: words that begin no transaction
-- dialect: mysql
start replica
-- reads:
-- unresolved: unsupported-statement

-- case: a statement that is taken for an alias
-- dialect: tsql
select id from users delete from orders
-- reads:
-- unresolved: syntax-error

-- case: a statement behind a table without a semicolon
-- dialect: tsql
create table #made (a int) select ssn from users
-- reads: users.ssn
-- unresolved: unsupported-statement

-- case: comments that go on behind a backslash
-- dialect: spark
select id -- \
from users
-- reads: users.id
-- unresolved: hidden-text

-- case: comments in comments where nobody asked the engine
-- dialect: druid
select id /* /* */ */ from users
-- reads: users.id
-- unresolved: hidden-text

-- case: hidden text stands in its own statement
-- dialect: mysql
select code from countries; select id /*! , ssn */ from users
-- reads: countries.code users.id
-- unresolved: hidden-text
-- levels: public restricted

-- case: hidden text alone
-- dialect: mysql
/*! select ssn from users */
-- reads:
-- unresolved: hidden-text
-- level: restricted

-- case: a function sees the sources behind it
-- dialect: sqlite
select j.value from json_each(payload) j join events
-- reads:
-- unresolved: ambiguous-name unknown-column

-- case: letters beyond ascii have case
-- dialect: postgres duckdb sqlite
with é as (select code from countries) select * from É
-- reads:
-- reads[postgres]: countries.code
-- unresolved: unknown-dataset

-- case: the structure of another table
-- dialect: clickhouse
create table made as users; select ssn from made
-- reads:

-- case: a use of a database
-- dialect: snowflake
use database other; select id from users
-- reads:
-- unresolved: unknown-dataset

-- case: a condition sees the sources of its join alone
-- dialect: postgres
select 1 from events e, orders o join countries tags on tags is not null
-- reads: countries.code countries.name

-- case: a table's name is its row before a column outside
-- dialect: duckdb
select (select max(c) from countries c) from (select id as c from users) u
-- reads: countries.code countries.name users.id

-- case: a column that is named like a type
-- dialect: duckdb
select str[1] from (select tags as str from events) e
-- reads: events.tags
-- unresolved: unsupported-construct

-- case: a name that a source and a column have
-- dialect: bigquery
select to_json_string(code) from app.countries as code
-- reads: countries.code countries.name

-- case: the number of a row is its integer key
-- dialect: sqlite
select note from keyed where rowid = 1 or keyed.oid = 2
-- reads: keyed.note keyed.number

-- case: the number of a row without such a key
-- dialect: sqlite
select _rowid_ from countries
-- reads:
-- datasets: countries

-- case: words of the grammar that are columns here too
-- dialect: postgres duckdb
select row_number() over (order by id rows between 1 preceding and current row) from (select id, ssn as rows, 1 as row from users) u
-- reads: users.id users.ssn

-- case: a keyword that is a column
-- dialect: postgres
select interval + 1 from keyed
-- reads:
-- unresolved: unaccounted-name

-- case: a condition sees the sources of its join first
-- dialect: duckdb
select 1 from (select id as city from users) home, profiles p join countries c on home.city = c.code
-- reads: users.id profiles.home.city countries.code

-- case: a name in having that the query does not group by may be one outside
-- dialect: duckdb
select 1 as n from orders c where exists (select max(c.name) from countries c group by c.code having count(*) > c.id)
-- reads: countries.code countries.name orders.id
-- output n: <- countries.code orders.id

-- case: VALUE without spaces is no SET, so a column among its values is read
-- dialect: mysql
insert into users (id)value(country)
-- reads: users.country

-- case: an index that is named like its column
-- dialect: mysql
select id from users force index (country) use index for join (ssn) where id = 1
-- reads: users.id

-- case: an index that is named like its column, and a column
-- dialect: sqlite
select id from users indexed by ssn where country = 'x'
-- reads: users.id users.country
-- engine[sqlite]: no (no such index)

-- case: a value that the caller gives, named as a column is
select ssn from users where id = :id and name <> :ssn
-- reads: users.id users.name users.ssn
-- engine[postgres]: no (a client's placeholder)

-- case: the same in DuckDB
-- dialect: duckdb
select name from users where id = $id
-- reads: users.id users.name
