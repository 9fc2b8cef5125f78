-- dialect: postgres duckdb

-- case: unnest in from
select e.id, t.tag from events e, unnest(e.tags) as t(tag)
-- reads: events.id events.tags
-- output id: events.id <- events.tags
-- output tag: events.tags <- events.tags

-- case: cross join unnest
-- dialect: postgres duckdb trino
select id, tag from events cross join unnest(tags) as t(tag)
-- reads: events.id events.tags

-- case: unnest with a name for the value
-- dialect: bigquery
select id, tag from events, unnest(tags) as tag
-- reads: events.id events.tags

-- case: a correlated array as a table
-- dialect: bigquery
select e.id, tag from events e, e.tags as tag
-- reads: events.id events.tags

-- case: with offset
-- dialect: bigquery
select tag, o from events, unnest(tags) as tag with offset as o
-- reads: events.tags

-- case: with ordinality
-- dialect: postgres trino
select t.tag, t.n from events cross join unnest(tags) with ordinality as t(tag, n)
-- reads: events.tags

-- case: unnest in the select list
select unnest(tags) as tag from events
-- reads: events.tags

-- case: explode in the select list
-- dialect: spark databricks
select id, explode(tags) as tag from events
-- reads: events.id events.tags

-- case: posexplode with two names
-- dialect: spark
select posexplode(tags) as (n, tag) from events
-- reads: events.tags

-- case: array join
-- dialect: clickhouse
select id, tag from events array join tags as tag
-- reads: events.id events.tags

-- case: unnest of a constant
select x from unnest(array[1, 2]) as t(x)
-- reads:
-- datasets:

-- case: unnest in a subquery
select id from events where 'a' in (select unnest(tags))
-- reads: events.id events.tags
-- output id: events.id <- events.tags

-- case: json elements as rows
-- dialect: postgres
select e.id, j.value from events e cross join jsonb_each(e.payload) j
-- reads: events.id events.payload

-- case: json table
-- dialect: mysql oracle
select e.id, j.x from events e, json_table(e.payload, '$[*]' columns (x varchar(10) path '$.x')) j
-- reads: events.id events.payload

-- case: open json
-- dialect: tsql
select e.id, j.value from events e cross apply openjson(e.payload) j
-- reads: events.id events.payload

-- case: json each
-- dialect: sqlite
select e.id, j.value from events e, json_each(e.payload) j
-- reads: events.id events.payload

-- case: explode_outer in the select list
-- dialect: spark
select id, explode_outer(tags) as tag from events
-- reads: events.id events.tags
-- output id: events.id <- events.tags
-- output tag: events.tags <- events.tags

-- case: the place of an element
-- dialect: bigquery
select off from events e, unnest(e.tags) with offset as off
-- reads: events.tags
-- output off: <- events.tags

-- case: the place of an element, under a name
-- dialect: postgres
select o from events e, unnest(e.tags) with ordinality as t(x, o)
-- reads: events.tags
-- output o: <- events.tags

-- case: the place of an element, without a name
-- dialect: postgres duckdb
select ordinality from events e, unnest(e.tags) with ordinality
-- reads: events.tags
-- output ordinality: <- events.tags

-- case: elements and what else a view makes
-- dialect: spark hive databricks
select k, v from events lateral view explode(payload) t as k, v
-- reads: events.payload
-- output k: events.payload <- events.payload
-- output v: events.payload <- events.payload

-- case: elements without names
-- dialect: spark databricks
select col from events lateral view explode(tags) t
-- reads: events.tags
-- output col: events.tags <- events.tags

-- case: places and elements
-- dialect: hive spark databricks
select pos, x from events lateral view posexplode(tags) t as pos, x
-- reads: events.tags
-- output pos: events.tags <- events.tags
-- output x: events.tags <- events.tags

-- case: a function's rows and their places
-- dialect: postgres
select t.o from events, jsonb_array_elements(payload) with ordinality as t(v, o)
-- reads: events.payload
-- output o: events.payload <- events.payload

-- case: a series up to a column
-- dialect: duckdb postgres
select g from users, generate_series(1, id) as t(g)
-- reads: users.id
-- output g: users.id <- users.id

-- case: a document's members
-- dialect: tsql
select j.[key] as k, j.value as v from events cross apply openjson(payload) j
-- reads: events.payload
-- output k: events.payload <- events.payload
-- output v: events.payload <- events.payload

-- case: a document's rows and their numbers
-- dialect: oracle
select j.a, j.b from events, json_table(payload, '$' columns (a varchar2(10) path '$.a', b for ordinality)) j
-- reads: events.payload
-- output a: events.payload <- events.payload
-- output b: events.payload <- events.payload
