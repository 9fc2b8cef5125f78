-- dialect: postgres duckdb

-- case: a json path reads the column
select payload ->> 'ip' as ip from events
-- reads: events.payload
-- output ip: events.payload <-

-- case: a path of several steps
select payload -> 'a' -> 'b' ->> 'c' as c from events
-- reads: events.payload

-- case: a json function
-- dialect: mysql sqlite duckdb
select json_extract(payload, '$.ip') as ip from events
-- reads: events.payload

-- case: a colon path
-- dialect: snowflake databricks
select payload:ip.country as c from events
-- reads: events.payload

-- case: an index
select tags[1] as first from events
-- reads: events.tags
-- output first: events.tags <-

-- case: an index that is a column
select tags[id] as t from events
-- reads: events.tags events.id

-- case: a field of a struct
-- dialect: duckdb bigquery spark
select home.city from profiles
-- reads: profiles.home.city
-- output city: profiles.home.city <-

-- case: a field of a struct through an alias
-- dialect: duckdb bigquery spark
select p.home.street as s from profiles p
-- reads: profiles.home.street
-- output s: profiles.home.street <-
-- level: restricted

-- case: a field of a composite
-- dialect: postgres
select (p.home).street as s from profiles p
-- reads: profiles.home.street
-- output s: profiles.home.street <-

-- case: the table wins over a struct of that name
-- dialect: duckdb
select users.name from users
-- reads: users.name

-- case: a field that the catalog does not list reads the whole column
-- dialect: duckdb bigquery spark
select home.zip from profiles
-- reads: profiles.home profiles.home.city profiles.home.street
-- engine[duckdb]: no (no such field)

-- case: building a struct
-- dialect: duckdb
select {'a': name, 'b': ssn} as s from users
-- reads: users.name users.ssn
-- output s: users.name users.ssn <-

-- case: building an object
-- dialect: postgres
select json_build_object('a', name, 'b', ssn) as s from users
-- reads: users.name users.ssn

-- case: an aggregate of pairs
-- dialect: postgres
select jsonb_object_agg(email, ssn) as s from users
-- reads: users.email users.ssn
-- output s: users.email users.ssn <-

-- case: a list of columns
-- dialect: duckdb
select [name, email] as l from users
-- reads: users.name users.email

-- case: a lambda's parameter is not a column
-- dialect: duckdb
select list_transform(tags, lambda x: x || id) as l from events
-- reads: events.tags events.id

-- case: a lambda with an arrow
-- dialect: databricks spark
select transform(tags, x -> concat(x, id)) as l from events
-- reads: events.tags events.id

-- case: a lambda's parameter hides a column
-- dialect: duckdb
select list_filter(tags, lambda kind: kind = 'a') as l from events
-- reads: events.tags

-- case: a list comprehension
-- dialect: duckdb
select [upper(t) for t in tags] as l from events
-- reads: events.tags

-- case: a method call
-- dialect: duckdb
select name.upper() as n from users
-- reads: users.name

-- case: a containment test
-- dialect: postgres
select id from events where payload @> '{"a": 1}'
-- reads: events.id events.payload
-- output id: events.id <- events.payload

-- case: a key test
-- dialect: postgres
select id from events where payload ? 'a'
-- reads: events.id events.payload

-- case: a chain of method calls
-- dialect: duckdb
select u.name.upper().lower() as n from users u
-- reads: users.name
-- output n: users.name <-

-- case: an item method
-- dialect: oracle
select e.payload.ip.string() as ip from events e
-- reads: events.payload

-- case: a method of a document
-- dialect: tsql
select e.payload.value('x', 'int') as x from events e
-- reads: events.payload

-- case: a key that is a column
-- dialect: snowflake
select object_construct(name, email) as o from users
-- reads: users.name users.email
-- output o: users.name users.email <-

-- case: an aggregate whose key is a column
-- dialect: snowflake
select object_agg(name, email) as o from users
-- reads: users.name users.email
-- output o: users.name users.email <-

-- case: a plain XQuery over a column
-- dialect: tsql
select e.payload.query('/a') as a, payload.value('(/a)[1]', 'int') as n from events e
-- reads: events.payload

-- case: a key of a path that is named like a column
-- dialect: snowflake databricks
select payload:kind, payload:a.user_id from events
-- reads: events.payload

-- case: keys of paths in every place
-- dialect: snowflake
select payload:"Kind", payload:items[0].kind::string, parse_json(payload):id from events where payload:seen_at > 3
-- reads: events.payload

-- case: a column beside a key of its name
-- dialect: snowflake
select id from events where payload:kind = kind
-- reads: events.id events.payload events.kind

-- case: an index of a path
-- dialect: snowflake
select payload:items[id] from events
-- reads: events.payload events.id
