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

-- case: a pivot behind a join takes all that is joined
-- dialect: duckdb tsql snowflake databricks
select p.code from countries c join daily d on d.country = c.code pivot (sum(total) for day in ('1', '2')) as p
-- reads: countries.code countries.name daily.day daily.country daily.total
-- output code: countries.code <- countries.code countries.name daily.country daily.day

-- case: a pivot of a joined table alone
-- dialect: bigquery
select c.code from countries c join daily pivot (sum(total) for country in ('us')) as p on p.day = c.code
-- reads: countries.code daily.day daily.country daily.total

-- case: a pivot behind a comma takes one table
-- dialect: duckdb tsql
select c.code from countries c, daily pivot (sum(total) for country in ('us')) as p
-- reads: countries.code daily.day daily.country daily.total

-- case: a pivot of a join in parentheses
-- dialect: duckdb snowflake
select name from (countries join daily on country = code) pivot (sum(total) for day in ('1')) as p
-- reads: countries.code countries.name daily.day daily.country daily.total

-- case: a pivot's columns by their names
-- dialect: duckdb
select us_s, "de_max(day)" from daily pivot (sum(total) as s, max(day) for country in ('us', 'de'))
-- reads: daily.day daily.country daily.total
-- output us_s: daily.total <- daily.country
-- output de_max(day): daily.day <- daily.country
-- engine[duckdb]: no (the names differ from release to release)

-- case: the listed values of a pivot are no columns
-- dialect: duckdb tsql
select * from daily pivot (sum(total) for country in (day, name)) as p
-- reads: daily.day daily.country daily.total

-- case: columns of a pivot renamed
-- dialect: duckdb
select p.us from countries pivot (max(name) for code in ('us')) as p(us)
-- reads: countries.code countries.name
-- output us: countries.name <- countries.code

-- case: the values of a pivot from a query
-- dialect: snowflake
select * from daily pivot (sum(total) for country in (select code from countries where name is not null))
-- reads: daily.day daily.country daily.total countries.code countries.name

-- case: unpivot puts the values first or last
-- dialect: tsql
select * from countries unpivot (v for k in (code, name)) as p
-- reads: countries.code countries.name
-- output v: countries.code countries.name <- countries.code countries.name
-- output k: <- countries.code countries.name

-- case: unpivot into several columns
-- dialect: duckdb snowflake databricks
select v from daily unpivot ((v, w) for k in ((day, country), (total, country)))
-- reads: daily.day daily.total daily.country
-- output v: daily.day daily.total <- daily.day daily.total daily.country
-- engine[duckdb]: no (the columns have several types)

-- case: the pivot statement with an order
-- dialect: duckdb
pivot daily on country using sum(total) group by day order by day limit 3
-- reads: daily.country daily.total daily.day

-- case: the pivot statement in a common table expression
-- dialect: duckdb
with p as (pivot daily on country using sum(total) order by day) select day from p
-- reads: daily.country daily.total daily.day

-- case: the pivot statement without columns to spread
-- dialect: duckdb
pivot daily using sum(total)
-- reads: daily.total

-- case: the inner state of an aggregate
-- dialect: duckdb
select country, finalize(sum(total) export_state) as s from daily group by country
-- reads: daily.country daily.total
-- output country: daily.country <- daily.country
-- output s: daily.total <- daily.country

-- case: a parameter with a type
-- dialect: duckdb postgres
select day from daily where total between ?::int and ?::int
-- reads: daily.day daily.total
-- engine[postgres]: no (a client's placeholder)

-- case: a source in parentheses keeps its name
-- dialect: duckdb
select v.name from ((countries c join daily d on d.country = c.code) j join countries v on v.code = j.day)
-- reads: countries.code countries.name daily.country daily.day
