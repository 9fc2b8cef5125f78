-- dialect: postgres

-- case: an index is made of the columns that it names
create unique index i on users using btree (lower(email) desc) where ssn is not null
-- reads: users.email users.ssn

-- case: an index of one column
-- dialect: postgres mysql sqlite duckdb
create index i on users (ssn)
-- reads: users.ssn

-- case: columns that an index carries along
-- dialect: postgres tsql
create index i on users (name) include (email)
-- reads: users.name users.email

-- case: an index of a column's first characters
-- dialect: mysql
create index i on users (email(10), name desc)
-- reads: users.email users.name

-- case: an index named like a column
create index ssn on users (name)
-- reads: users.name

-- case: an index of a column that is not there
create index i on users (nope)
-- reads:
-- unresolved: unknown-column

-- case: privileges read nothing
grant select (ssn), update on users to name
-- reads:

-- case: privileges taken back
revoke all on users from ssn
-- reads:

-- case: a dropped constraint is no column
alter table users drop constraint if exists ssn
-- reads:

-- case: a dropped index is no column
-- dialect: mysql
alter table users drop index ssn
-- reads:

-- case: an index dropped by its table
-- dialect: mysql
drop index i on users
-- reads:
