-- dialect: duckdb

-- case: a column is written with its nested fields
update profiles set home = (select max(ssn) from users)
-- reads: users.ssn
-- writes profiles.home: users.ssn <-
-- writes profiles.home.city: users.ssn <-
-- writes profiles.home.street: users.ssn <-

-- case: a copied struct keeps its fields apart
insert into profiles (home) select home from profiles where user_id = 1
-- reads: profiles.home profiles.home.city profiles.home.street profiles.user_id
-- writes profiles.home: profiles.home <- profiles.user_id
-- writes profiles.home.city: profiles.home.city <- profiles.user_id
-- writes profiles.home.street: profiles.home.street <- profiles.user_id

-- case: a struct with something else in it does not
insert into profiles (home) select coalesce(p.home, u.email) from profiles p, users u
-- reads: profiles.home profiles.home.city profiles.home.street users.email
-- writes profiles.home: profiles.home users.email <-
-- writes profiles.home.city: profiles.home.city users.email <-
-- writes profiles.home.street: profiles.home.street users.email <-
-- engine[duckdb]: no (a struct is no text)

-- case: one field of a struct may land in any field
insert into profiles (home) select home.street from profiles
-- reads: profiles.home.street
-- writes profiles.home: profiles.home.street <-
-- writes profiles.home.city: profiles.home.street <-
-- writes profiles.home.street: profiles.home.street <-

-- case: a field alone
-- dialect: duckdb bigquery spark
update profiles set home.city = 'x' where user_id = 1
-- reads: profiles.user_id
-- writes profiles.home.city: <- profiles.user_id
-- level: confidential
-- engine[duckdb]: no (UPDATE takes whole columns)

-- case: a field alone, behind the table's name
-- dialect: duckdb bigquery
update profiles p set p.home.street = 'x' where true
-- reads:
-- writes profiles.home.street: <-
-- level: restricted
-- engine[duckdb]: no (UPDATE takes whole columns)

-- case: a field that the catalog does not tell apart is a part of the column
update profiles set home.zip = (select max(ssn) from users)
-- reads: users.ssn
-- writes profiles.home: users.ssn <-
-- levels: restricted
-- engine[duckdb]: no (UPDATE takes whole columns)

-- case: a deletion writes the nested fields too
-- dialect: postgres duckdb mysql
delete from profiles
-- reads:
-- writes profiles.user_id: <-
-- writes profiles.bio: <-
-- writes profiles.home: <-
-- writes profiles.home.city: <-
-- writes profiles.home.street: <-
-- level: restricted

-- case: a field is read with what was written around it
insert into profiles (home) select max(ssn) from users; select home.city from profiles; select bio from profiles
-- reads: users.ssn profiles.home.city profiles.bio
-- levels: restricted restricted confidential

-- case: branches that write one column write it once
-- dialect: postgres snowflake bigquery
merge into daily d using orders o on o.id = 1
when matched then update set total = o.amount
when not matched then insert (day, total) values (o.created_at, o.amount)
-- reads: orders.id orders.amount orders.created_at
-- writes daily.total: orders.amount <- orders.id
-- writes daily.day: orders.created_at <- orders.id

-- case: a write through a view reaches the column that makes its own
-- dialect: postgres mysql
insert into people (name) select ssn from archive; select name from users
-- reads: archive.ssn users.created_at users.name
-- writes people.name: archive.ssn <-
-- levels: restricted restricted
-- engine[postgres]: valid (behind a view its owner's privileges count)

-- case: a query with more columns than its sink
-- dialect: postgres
insert into countries select code, name, code from countries
-- reads: countries.code countries.name
-- unresolved: unknown-column

-- case: truncation writes every column
-- dialect: postgres duckdb snowflake
truncate table countries
-- reads:
-- datasets: countries
-- writes countries.code: <-
-- writes countries.name: <-

-- case: truncation of an unknown table
-- dialect: postgres
truncate table nowhere
-- reads:
-- unresolved: unknown-dataset
