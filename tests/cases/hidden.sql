-- dialect: mysql

-- case: a comment that the server runs
select /*! ssn, */ name from users
-- reads: users.name
-- unresolved: hidden-text

-- case: with a version
select /*!50000 ssn, */ name from users
-- reads: users.name
-- unresolved: hidden-text

-- case: the fork's own
select /*M! ssn, */ name from users
-- reads: users.name
-- unresolved: hidden-text

-- case: an ordinary comment hides nothing
-- dialect: mysql postgres duckdb sqlite snowflake
select /* ssn, */ name from users
-- reads: users.name

-- case: another server takes it for an ordinary comment
-- dialect: postgres duckdb sqlite
select /*! ssn, */ name from users
-- reads: users.name

-- case: the same letters in a literal hide nothing
select '/*! ssn */' as x, name from users
-- reads: users.name

-- case: an escaped identifier
-- dialect: postgres
select U&"\0073sn" from users
-- reads:
-- unresolved: unknown-column

-- case: a zero-width space that the server takes for a blank
-- dialect: clickhouse
select​ssn​from​users
-- reads:
-- unresolved: unsupported-statement

-- case: a hint names nothing that is read
-- dialect: mysql oracle
select /*+ no_index(users) */ name from users
-- reads: users.name

-- case: a text in double quotes
-- dialect: mysql
select name from users where country = "ssn"
-- reads: users.name users.country

-- case: a name in double quotes that is a column
-- dialect: sqlite
select name from users where country = "ssn"
-- reads: users.name users.country users.ssn

-- case: a name in double quotes that is no column is a text
-- dialect: sqlite
select name from users where country = "nobody"
-- reads: users.name users.country

-- case: after a literal with the same letters
-- dialect: mysql
select '/*!' as x, name from users where 1 /*! or ssn = 'x' */
-- reads: users.name
-- unresolved: hidden-text
