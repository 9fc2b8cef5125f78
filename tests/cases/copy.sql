-- dialect: postgres duckdb

-- case: a table to standard output
-- dialect: postgres
copy countries to stdout
-- reads: countries.code countries.name

-- case: some columns
-- dialect: postgres
copy users (id, email) to stdout
-- reads: users.id users.email

-- case: a query
copy (select email from users where ssn is not null) to '/tmp/x.csv'
-- reads: users.email users.ssn
-- engine[postgres]: no (no such folder)

-- case: a query to a file format
-- dialect: duckdb
copy (select email from users) to 'x.parquet' (format parquet)
-- reads: users.email

-- case: into a table
-- dialect: postgres
copy countries from stdin
-- reads:

-- case: unload
-- dialect: redshift
unload ('select ssn from users where name = ''a;b''') to 's3://x/y' iam_role 'z' parallel off; select id from users
-- reads: users.ssn users.name users.id

-- case: unload between dollars
-- dialect: redshift
unload ($$select ssn from users where name = 'x'$$) to 's3://x/y'
-- reads: users.ssn users.name
-- output ssn: users.ssn <- users.name

-- case: unload of a query in parentheses
-- dialect: athena
unload (with t as (select (ssn) as s from users where name = ')') select s from t) to 's3://x' with (format = 'orc')
-- reads: users.ssn users.name
-- output s: users.ssn <- users.name

-- case: unload of more than one statement
-- dialect: redshift
unload ('select id from users; select ssn from users') to 's3://x'
-- reads: users.id users.ssn

-- case: unload of a query whose comment hides what is behind it
-- dialect: redshift
unload ('select id from users -- ') to 's3://x'; select ssn from users
-- reads: users.ssn
-- unresolved: unsupported-statement

-- case: unload of what is no query
-- dialect: redshift
unload ('select \'x\' from users') to 's3://x'
-- reads:
-- unresolved: unsupported-construct

-- case: unload to nowhere
-- dialect: athena
unload (select ssn from users) too 's3://x'
-- reads:
-- unresolved: unsupported-statement

-- case: rows of a table, copied out
-- dialect: postgres
copy archive (id, ssn) to stdout
-- reads: archive.id archive.ssn
-- output id: archive.id <-
-- output ssn: archive.ssn <-

-- case: rows that are copied in
-- dialect: postgres
copy archive from stdin
-- reads:
-- writes archive.id: <-
-- writes archive.name: <-
-- writes archive.email: <-
-- writes archive.ssn: <-

-- case: rows from a stage
-- dialect: snowflake
copy into archive from @stage
-- reads:
-- writes archive.id: <-
-- writes archive.name: <-
-- writes archive.email: <-
-- writes archive.ssn: <-

-- case: rows of a query, into a file
-- dialect: duckdb
copy (from users select ssn) to 'x.parquet'
-- reads: users.ssn
-- output ssn: users.ssn <-

-- case: a table into a stage
-- dialect: snowflake
copy into @stage/x from archive partition by (email) file_format = (type = csv) header = true
-- reads: archive.id archive.name archive.email archive.ssn

-- case: a query into a file
-- dialect: snowflake
copy into 's3://x' from (select ssn from users where email is null)
-- reads: users.ssn users.email
-- output ssn: users.ssn <- users.email

-- case: a file made by a query over it
-- dialect: snowflake
copy into users (id, ssn) from (select t.$1, t.$2:ssn::string from @stage/x (file_format => 'f') t where $3 > 1)
-- reads:
-- writes users.id: <-
-- writes users.ssn: <-

-- case: a file and a query beside it
-- dialect: snowflake
copy into countries (code, name) from (select $1, (select max(ssn) from users) from @stage/x)
-- reads: users.ssn

-- case: a file and a table
-- dialect: snowflake
copy into countries (code, name) from (select $1, u.ssn from @stage/x, users u)
-- reads: users.ssn
-- unresolved: opaque-function unsupported-construct

-- case: files by a query
-- dialect: snowflake
copy into @stage from countries partition by ((select max(amount) from orders))
-- reads: countries.code countries.name orders.amount

-- case: a stage that is queried
-- dialect: snowflake
select $1 from @stage
-- reads:
-- unresolved: opaque-function unsupported-construct

-- case: a query into files
-- dialect: bigquery
export data options (uri = 'gs://x/*', format = 'csv', header = true) as select ssn from users where email is null
-- reads: users.ssn users.email
-- output ssn: users.ssn <- users.email

-- case: a query into files by a connection
-- dialect: bigquery
export data with connection app.c options (uri = 's3://x/*') as (with t as (select id from users) select * from t)
-- reads: users.id

-- case: a query into a folder
-- dialect: hive
insert overwrite local directory '/tmp/x' row format delimited fields terminated by ',' select ssn from users where id = 1
-- reads: users.ssn users.id
-- output ssn: users.ssn <- users.id

-- case: files into a table
-- dialect: hive
load data inpath 'x' overwrite into table countries
-- reads:
-- writes countries.code: <-
-- writes countries.name: <-

-- case: files into a table of a warehouse
-- dialect: bigquery
load data overwrite countries from files (format = 'CSV', uris = ['gs://x'])
-- reads:
-- writes countries.code: <-
-- writes countries.name: <-

-- case: files into a partition
-- dialect: hive
load data inpath 'x' into table countries partition (code = 'x')
-- reads:
-- unresolved: unsupported-construct

-- case: files by columns
-- dialect: duckdb
copy (select id, ssn from users) to 'x.parquet' (format parquet, partition_by (ssn))
-- reads: users.id users.ssn
-- engine: no (it takes no nested folder for what it only reads)

-- case: a part of a file
-- dialect: snowflake
copy into countries from (select $1, $2 from @stage sample (3))
-- reads:
-- unresolved: unsupported-construct
