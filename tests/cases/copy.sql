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
unload ('select ssn from users') to 's3://x/y'
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
