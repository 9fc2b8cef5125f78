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
