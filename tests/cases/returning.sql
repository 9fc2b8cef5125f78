-- dialect: postgres duckdb sqlite

-- case: of an insert
insert into countries (code, name) values ('x', 'y') returning code
-- reads: countries.code

-- case: of an insert from a query
-- dialect: postgres duckdb sqlite
insert into archive (id, ssn) select id, ssn from users returning id, ssn as s
-- reads: users.id users.ssn archive.id archive.ssn

-- case: of an update
update users set name = 'x' where id = 1 returning email
-- reads: users.id users.email
-- engine[duckdb]: valid (the plan scans whole rows)

-- case: of a delete
delete from users where id = 1 returning ssn
-- reads: users.id users.ssn
-- output ssn: users.ssn <- users.id

-- case: a star
delete from countries returning *
-- reads: countries.code countries.name
-- output code: countries.code <-
-- output name: countries.name <-

-- case: an expression
delete from users returning upper(email) as e
-- reads: users.email
-- output e: users.email <-

-- case: output of a delete
-- dialect: tsql
delete from users output deleted.ssn where id = 1
-- reads:
-- unresolved: syntax-error

-- case: output of an update
-- dialect: tsql
update users set name = 'x' output inserted.id, deleted.email where ssn = 'y'
-- reads: users.id users.email users.ssn

-- case: what was assigned is returned
-- dialect: postgres
update countries set name = u.ssn from users u where code = 'x' returning countries.name
-- reads: countries.name countries.code users.ssn
-- output name: countries.name users.ssn <- countries.code

-- case: what was inserted is returned
-- dialect: postgres duckdb sqlite
insert into countries (code, name) select country, email from users returning name
-- reads: countries.name users.country users.email
-- output name: countries.name users.email <-

-- case: both images of a row
-- dialect: postgres
update countries set name = u.ssn from users u returning old.name as before, new.name as after
-- reads: countries.name users.ssn
-- output before: countries.name <-
-- output after: countries.name users.ssn <-
-- engine[postgres]: no (since PostgreSQL 18)

-- case: output of a merge
-- dialect: tsql
merge into countries c using users u on c.code = u.country when matched then update set name = u.email output $action, inserted.name, deleted.code;
-- reads: countries.code countries.name users.country users.email

-- case: listed columns of an insert that returns
-- dialect: mysql
insert into countries (code) values ('x') returning (select 1)
-- reads: countries.code
