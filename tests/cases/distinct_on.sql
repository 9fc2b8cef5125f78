-- dialect: postgres duckdb

-- case: distinct on decides the rows
select distinct on (country) name from users
-- reads: users.country users.name
-- output name: users.name <- users.country

-- case: distinct on with the row that order by picks
select distinct on (user_id) user_id, amount from orders order by user_id, created_at desc
-- reads: orders.user_id orders.amount orders.created_at
-- output user_id: orders.user_id <- orders.user_id orders.created_at
-- output amount: orders.amount <- orders.user_id orders.created_at

-- case: distinct on an expression
select distinct on (lower(email)) id from users
-- reads: users.email users.id
-- output id: users.id <- users.email

-- case: distinct on an alias
select distinct on (c) upper(country) as c, id from users
-- reads: users.country users.id
-- output c: users.country <- users.country
-- output id: users.id <- users.country

-- case: a name in distinct on is an output's first
-- dialect: postgres duckdb
select distinct on (ssn) name as ssn, country from users
-- reads: users.name users.country
-- output ssn: users.name <- users.name
-- output country: users.country <- users.name
