-- dialect: spark hive

-- case: a value for a partition column
-- dialect: spark hive databricks
insert overwrite table archive partition (ssn = 'x') select id, name, email from users
-- reads: users.email users.id users.name
-- writes archive.ssn: <-
-- writes archive.id: users.id <-
-- writes archive.name: users.name <-
-- writes archive.email: users.email <-

-- case: partition columns take what the query returns last
-- dialect: spark hive databricks
insert into table archive partition (email, name = 'x') select id, ssn, email from users
-- reads: users.email users.id users.ssn
-- writes archive.name: <-
-- writes archive.id: users.id <-
-- writes archive.ssn: users.ssn <-
-- writes archive.email: users.email <-

-- case: a partition's value from a query
-- dialect: spark databricks
insert into archive partition (ssn = (select max(ssn) from users)) select id, name, email from users
-- reads: users.email users.id users.name users.ssn
-- writes archive.ssn: users.ssn <-
-- writes archive.id: users.id <-
-- writes archive.name: users.name <-
-- writes archive.email: users.email <-

-- case: a partition by its name
-- dialect: mysql
insert into archive partition (ssn) select id, name, email, ssn from users
-- reads: users.email users.id users.name users.ssn
-- writes archive.id: users.id <-
-- writes archive.name: users.name <-
-- writes archive.email: users.email <-
-- writes archive.ssn: users.ssn <-

-- case: a partition that is added
-- dialect: spark hive
alter table archive add partition (ssn = 'x')
-- reads:

-- case: partitions that are dropped
-- dialect: spark hive
alter table archive drop if exists partition (ssn = 'x')
-- reads: archive.ssn
-- writes archive.id: <- archive.ssn
-- writes archive.name: <- archive.ssn
-- writes archive.email: <- archive.ssn
-- writes archive.ssn: <- archive.ssn

-- case: hints of a table that is written
-- dialect: tsql
insert into countries with (tablock, holdlock) (code) select country from users
-- reads: users.country
-- writes countries.code: users.country <-

-- case: a partition that is written, by its name
-- dialect: mysql oracle
update countries partition (code) set name = 'x' where name = 'y'
-- reads: countries.name
-- writes countries.name: <- countries.name

-- case: a partition that is emptied
-- dialect: spark hive
truncate table countries partition (code = 'x')
-- reads: countries.code
-- writes countries.code: <- countries.code
-- writes countries.name: <- countries.code

-- case: a query of some partitions
-- dialect: mysql oracle
select u.id from users partition (p0) u join orders partition (p1, amount) o on u.id = o.user_id
-- reads: users.id orders.user_id

-- case: one that is dropped by its value
-- dialect: clickhouse
alter table countries drop partition '2020'
-- reads:
-- writes countries.code:
-- writes countries.name:
