-- dialect: postgres

-- case: a table's name as a value is its whole row
-- dialect: postgres duckdb bigquery
select c from countries c
-- reads: countries.code countries.name
-- output c: countries.code countries.name <-

-- case: row to json
select row_to_json(c) as j from countries c
-- reads: countries.code countries.name
-- output j: countries.code countries.name <-

-- case: a whole row to text
select c::text as t from countries c
-- reads: countries.code countries.name

-- case: a field of a whole row asks for the row
select (u).ssn from users u
-- reads: users.id users.name users.email users.ssn users.country users.manager_id users.created_at
-- output ssn: users.ssn <-

-- case: the row of a table with its schema
select code from countries where app.countries.* is not null
-- reads: countries.code countries.name

-- case: a column by function notation reads the row
select ssn(u) from users u
-- reads: users.id users.name users.email users.ssn users.country users.manager_id users.created_at

-- case: to_jsonb with a key removed still reads the row
select to_jsonb(u) - 'ssn' as j from users u
-- reads: users.id users.name users.email users.ssn users.country users.manager_id users.created_at

-- case: count of a row
select count(c) as n from countries c
-- reads: countries.code countries.name

-- case: a row in order by
select c.code from countries c order by c
-- reads: countries.code countries.name

-- case: a row in where
select c.code from countries c where c is not null
-- reads: countries.code countries.name
-- output code: countries.code <- countries.code countries.name

-- case: an array of rows
select array_agg(c) as rows from countries c
-- reads: countries.code countries.name

-- case: a column of that name wins over the row
select name from users name
-- reads: users.name

-- case: the whole row of a derived table
select t from (select id, email from users) t
-- reads: users.id users.email
-- output t: users.id users.email <-

-- case: the whole row of a common table expression
with t as (select ssn from users) select row_to_json(t) as j from t
-- reads: users.ssn

-- case: a row compared with another
select a.code from countries a join countries b on a = b
-- reads: countries.code countries.name

-- case: a row of nothing beside a table of its name further in
-- dialect: postgres
create temporary table made as select 3 as c; select c from made users where users is not null
and exists (select 1 from users where id = 1)
-- reads: users.id
