-- dialect: duckdb snowflake bigquery

-- case: pivot keeps the columns that it does not name
-- dialect: snowflake duckdb
select * from (select country, status, amount from orders join users on users.id = user_id) pivot (sum(amount) for status in ('paid', 'open'))
-- reads: users.country orders.status orders.amount users.id orders.user_id

-- case: pivot on a table reads all of it
-- dialect: snowflake duckdb bigquery
select * from daily pivot (sum(total) for country in ('us', 'de'))
-- reads: daily.day daily.country daily.total

-- case: a column that a pivot keeps
-- dialect: snowflake duckdb bigquery
select day from daily pivot (sum(total) for country in ('us', 'de'))
-- reads: daily.day daily.country daily.total

-- case: pivot with an alias
-- dialect: snowflake duckdb bigquery
select p.day from daily pivot (sum(total) for country in ('us', 'de')) as p
-- reads: daily.day daily.country daily.total

-- case: unpivot makes values of columns
-- dialect: snowflake duckdb bigquery
select id, v from (select id, name, email from users) unpivot (v for k in (name, email))
-- reads: users.id users.name users.email

-- case: unpivot of a table
-- dialect: duckdb bigquery
select k, v from countries unpivot (v for k in (code, name))
-- reads: countries.code countries.name

-- case: the pivot statement
-- dialect: duckdb
pivot daily on country using sum(total) group by day
-- reads: daily.country daily.total daily.day

-- case: the unpivot statement
-- dialect: duckdb
unpivot countries on code, name into name k value v
-- reads: countries.code countries.name

-- case: the unpivot statement keeps the other columns
-- dialect: duckdb
unpivot daily on columns('^t') into name k value v
-- reads: daily.day daily.country daily.total

-- case: a pivot in parentheses
-- dialect: duckdb
select day from (pivot daily on country using sum(total))
-- reads: daily.day daily.country daily.total

-- case: names for the values of a pivot
-- dialect: bigquery
select us from daily pivot (sum(total) for country in ('us' as us, 'de' as de))
-- reads: daily.day daily.country daily.total

-- case: the unpivot statement over a star
-- dialect: duckdb
unpivot daily on * exclude (day, country) into name k value v
-- reads: daily.day daily.country daily.total
