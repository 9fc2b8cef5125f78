-- dialect: postgres snowflake tsql bigquery

-- case: update and insert
merge into archive a using users u on a.id = u.id
when matched then update set ssn = u.ssn
when not matched then insert (id, email) values (u.id, u.email);
-- reads: archive.id users.id users.ssn users.email
-- writes archive.ssn: users.ssn <- archive.id users.id
-- writes archive.id: users.id <- archive.id users.id
-- writes archive.email: users.email <- archive.id users.id
-- kind: merge

-- case: delete
merge into archive a using users u on a.id = u.id when matched then delete;
-- reads: archive.id users.id

-- case: a condition on a branch
merge into archive a using users u on a.id = u.id
when matched and u.country = 'x' then update set name = u.name;
-- reads: archive.id users.id users.country users.name
-- writes archive.name: users.name <- archive.id users.id users.country

-- case: a query as source
merge into archive a using (select id, ssn from users where country = 'x') u on a.id = u.id
when matched then update set ssn = u.ssn;
-- reads: archive.id users.id users.ssn users.country
-- writes archive.ssn: users.ssn <- archive.id users.id users.country

-- case: do nothing
-- dialect: postgres
merge into archive a using users u on a.id = u.id when matched then do nothing when not matched then insert (id) values (u.id)
-- reads: archive.id users.id

-- case: not matched by source
-- dialect: tsql bigquery
merge into archive a using users u on a.id = u.id when not matched by source then delete;
-- reads: archive.id users.id

-- case: insert row
-- dialect: bigquery
merge into archive a using (select id, name, email, ssn from users) u on a.id = u.id when not matched then insert row
-- reads: archive.id users.id users.name users.email users.ssn
-- writes archive.id: users.id <- archive.id users.id
-- writes archive.name: users.name <- archive.id users.id
-- writes archive.email: users.email <- archive.id users.id
-- writes archive.ssn: users.ssn <- archive.id users.id

-- case: an inserted row sees the source alone
-- dialect: postgres
merge into countries c using daily d on c.code = d.country when not matched then insert (code, name) values (country, day)
-- reads: countries.code daily.country daily.day

-- case: a table without data
-- dialect: mysql oracle
select 1 from dual
-- reads:
-- datasets:

-- case: a join as the source
-- dialect: postgres
merge into archive a using users u join orders o on o.user_id = u.id on a.id = u.id when matched then update set name = o.status
-- reads: archive.id users.id orders.user_id orders.status

-- case: rows with a condition are inserted, the rest is left
-- dialect: postgres
merge into users u using (select id, ssn from archive) a on u.id = a.id when not matched and a.ssn is not null then insert values (a.id, a.ssn) when matched then do nothing
-- reads: archive.id archive.ssn users.id
-- writes users.id: archive.id <- archive.id archive.ssn users.id
-- writes users.name: archive.ssn <- archive.id archive.ssn users.id

-- case: rows with a condition are deleted
-- dialect: postgres
merge into countries c using archive a on c.code = a.name when matched and c.name = 'x' then delete
-- reads: archive.name countries.code countries.name
-- writes countries.code: <- archive.name countries.code countries.name
-- writes countries.name: <- archive.name countries.code countries.name

-- case: rows without a source are deleted
-- dialect: tsql
merge into countries c using archive a on c.code = a.name when not matched by source then delete;
-- reads: archive.name countries.code
-- writes countries.code: <- archive.name countries.code
-- writes countries.name: <- archive.name countries.code

-- case: conditions of what is written
-- dialect: oracle
merge into users u using archive a on (u.id = a.id) when matched then update set u.name = a.name where a.ssn = 'x' when not matched then insert (id) values (a.id) where a.email is not null
-- reads: archive.email archive.id archive.name archive.ssn users.id
-- writes users.name: archive.name <- archive.id archive.ssn users.id
-- writes users.id: archive.id <- archive.email archive.id users.id

-- case: whole rows by a star
-- dialect: databricks spark
merge into users u using archive a on u.id = a.id when matched then update set * when not matched then insert *
-- reads: archive.email archive.id archive.name archive.ssn users.id
-- writes users.id: archive.id <- archive.id users.id
-- writes users.name: archive.name <- archive.id users.id
-- writes users.email: archive.email <- archive.id users.id
-- writes users.ssn: archive.ssn <- archive.id users.id

-- case: whole rows by a star, but for some columns
-- dialect: databricks
merge into users u using archive a on u.id = a.id when matched then update set * except (ssn) when not matched then insert * except (ssn, a.email)
-- reads: archive.email archive.id archive.name users.id
-- writes users.id: archive.id <- archive.id users.id
-- writes users.name: archive.name <- archive.id users.id
-- writes users.email: archive.email <- archive.id users.id

-- case: a whole row
-- dialect: bigquery
merge into users u using archive a on false when not matched then insert row
-- reads: archive.email archive.id archive.name archive.ssn
-- writes users.id: archive.id <-
-- writes users.name: archive.name <-
-- writes users.email: archive.email <-
-- writes users.ssn: archive.ssn <-
