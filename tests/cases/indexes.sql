-- dialect: postgres

-- case: an index is made of the columns that it names
create unique index i on users using btree (lower(email) desc) where ssn is not null
-- reads: users.email users.ssn

-- case: an index of one column
-- dialect: postgres mysql sqlite duckdb
create index i on users (ssn)
-- reads: users.ssn
-- engine[sqlite]: no (an index is made in the schema of its table alone)

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
-- engine[postgres]: no (no such role)

-- case: privileges taken back
revoke all on users from ssn
-- reads:
-- engine[postgres]: no (no such role)

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

-- case: a key reads its columns
alter table users add constraint ssn primary key (id, name)
-- reads: users.id users.name
-- engine[postgres]: no (the table has one)

-- case: a unique constraint reads its columns
-- dialect: postgres mysql
alter table users add constraint c unique (email)
-- reads: users.email

-- case: a condition reads what it names
alter table users add constraint c check (ssn > '1' and lower(name) <> email)
-- reads: users.ssn users.name users.email

-- case: a foreign key reads both sides
alter table users add constraint c foreign key (country) references countries (code) on delete cascade
-- reads: users.country countries.code

-- case: a foreign key to columns that it does not name
alter table users add constraint c foreign key (country) references countries
-- reads: users.country
-- unresolved: unsupported-construct

-- case: an index that is added to a table
-- dialect: mysql
alter table users add index ssn (email, name(10))
-- reads: users.email users.name

-- case: an exclusion is not modelled
alter table users add constraint c exclude using gist (ssn with =)
-- reads:
-- unresolved: unsupported-construct

-- case: a unique key with a name
-- dialect: mysql
alter table users add unique key ssn (email)
-- reads: users.email

-- case: the schema of an index is its table's
-- dialect: sqlite
create unique index if not exists app.i on users (email) where ssn is not null
-- reads: users.email users.ssn

-- case: a condition with a query
-- dialect: oracle
alter table users add constraint c check (ssn in (select code from countries))
-- reads: countries.code users.ssn
