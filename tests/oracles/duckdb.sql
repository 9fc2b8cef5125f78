from a
from a select x
select * from a positional join b
select a.x, b.z from a positional join b
select x: a.x, zz: b.z from a join b using (k)
select x from a qualify row_number() over (partition by k order by y) = 1
select a.x, (select max(z) from b where b.k = a.k) m from a
select a.x, s.z from a, lateral (select z from b where b.k = a.k) s
select a.x, s.z from a, (select z from b where b.k = a.k) s
select a.x, s.m from a left join lateral (select max(z) m from b where b.k = a.k) s on true
select st.* from c
select st.p from c
select c.st.q from c
select (st).p from c
select unnest(st) from c
select unnest(l) from c
select id, unnest(l) u from c
select x from a, (select unnest(l) u from c) where u = x
select * exclude (x) from a
select a.* exclude (a.x, n), b.z from a join b using (k)
select * exclude (b.k) from a join b on a.id = b.id
select a.* replace (b.z as x) from a join b on a.id = b.id
select * replace (x + y as x) from a
select * rename (x as xx) from a
select columns('x|y') from a
select sum(columns('[xyz]')) from a, b
select x from a where columns('x|y') > 2
select * from a order by all
select x, y from a order by all desc limit 2
select distinct on (k) x from a order by k, y
select distinct on (k) x from a order by y
select distinct x from a
select distinct on (k, id) x, y from a order by all limit 2
select x, k from a union by name select k, z from b
select x from a union all by name select z as x, w from b
select x from a except select z from b
select x from a intersect all select z from b
select x, y from a union all select z, w from b
with recursive r as (select 1 i, x from a union all select i + 1, r.x from r, b where i < 3 and b.z = r.x) select * from r
with m as materialized (select x, y from a) select x from m
with m as not materialized (select x, y from a where k > 1) select x from m
select [q + 1 for q in l if q > 2] from c
select [q + d for q in l] from c
select list_transform(l, lambda q: q + d) from c
select list_filter(l, lambda q: q > id) from c
select list_aggregate(l, 'sum') from c
select x as x2, x2 + y as s from a
select x as x2 from a where x2 > 2
select x + y as s, count(*) from a group by s
select x + y as s, count(*) from a group by all
select x, count(*) c from a group by all having c > 1
select k, sum(x) from a group by all order by all
select k, sum(x) from a group by 1 order by 2
select k, n, sum(x) from a group by grouping sets ((k), (n), ())
select k, n, sum(x), grouping(k) from a group by rollup (k, n)
select k, n, sum(x) from a group by cube (k, n)
select #2 from a
select a.x from a semi join b on a.k = b.k
select a.x from a anti join b using (k)
select x from a where k in (select k from b where z > 2)
select x from a where exists (from b where b.k = a.k)
select x from a where x > all (select z from b)
select x = any (select z from b) from a
select x from a limit (select count(*) from b where z > 2)
select x from a order by id limit (select max(z) from b)
pivot a on k using sum(x)
pivot a on k using sum(x) group by n
pivot a on k, id using sum(x) as s, max(y) as m group by n
pivot a on k in (1, 2) using sum(x) group by n order by n
from (pivot a on k using sum(x) group by n)
select n from (pivot a on k using sum(x) group by n)
with p as (pivot a on k using sum(x) group by n) select n, count(*) from p group by n
select * from a pivot (sum(x) as s for k in (1, 2) group by n)
select "1" from a pivot (sum(x) for k in (1, 2) group by n)
select "1_s", "2_max(y)" from a pivot (sum(x) as s, max(y) for k in (1, 2) group by n)
select * from (select k, x, n from a) pivot (sum(x) for k in (1, 2))
unpivot a on x, y
unpivot a on x, y into name nm value v
select nm, v from (unpivot a on x, y into name nm value v)
select v from a unpivot (v for nm in (x, y))
select id from a unpivot (v for nm in (x, y))
select id from a unpivot include nulls (v for nm in (x, y))
select v, v2 from a unpivot ((v, v2) for nm in ((x, y) as u, (k, id) as t))
unpivot (select id, x, y from a) on columns(* exclude (id)) into name nm value v
summarize a
select column_name, max from (summarize a)
select max(x) filter (where y > 2) from a
select first(x order by y) from a
select list(x order by y)[1] from a
select arg_max(x, y) from a
select max(x, 2) from a
select string_agg(n, ',' order by id) from a
select quantile_cont(x, 0.5) from a
select x, sum(y) over (partition by k order by id rows between 1 preceding and current row) from a
select lag(x) over (order by id) from a
select first_value(x) over (order by id) from a
select case when k > 2 then x else y end from a
select coalesce(x, y), nullif(x, y), greatest(x, k) from a
select if(k > 2, x, y) from a
select a from a
select a.x from a as a
select row(x, y) from a
select struct_pack(p := x, q := y).p from a
select {'p': x, 'q': y}.q from a
select {'p': x, 'q': y}['p'] from a
select map {x: y}[2] from a where x is not null
select (select x from a a2 where a2.id = a.id limit 1) from a
select array(select x from a order by id)
select x from a where (select count(*) from b where b.k = a.k and b.z > a.y) > 0
select t.v from (values (1), (2)) t(v) where v in (select x from a)
select x from a join b on a.k = b.k and b.z > 2
select x from a left join b on a.k = b.k and b.z > 2
select a.k, k from a join b using (k)
select b.k from a left join b using (k)
select k from a right join b using (k)
select k from a full join b using (k)
select * from a natural join (select k, z from b)
select * from (a join b using (k)) j
select j.x from (a join b using (k)) j
select x from (a join b using (k))
select t.p, t.q from (select st.p p, st.q q from c) t
select * from (select x, y from a) t(p)
select t.p, t.y from (select x, y from a) t(p)
select alias.s from (select x + y as s from a) alias
select x as s, alias.s + 1 as u from a
select x + 1 as y from a order by y
select -x as y from a order by y + 0
select -x as y from a order by a.y limit 2
select x as y from a where y > 2
select max(x) as y from a group by k having y > 2
select x from a union all select z from b order by z limit 3
select x from a union all select z from b order by x limit 3
select n from a union select n from b order by 1 limit 2
(select x from a order by y limit 2) union all (select z from b order by w limit 2)
select count(*) from a
select count(*) from a, b
select count(x) from a
select count(distinct x) from a
select 1 from a
select x is null from a
select typeof(x) from a
select x::varchar || n from a
select try_cast(n as int) from a
select date_trunc('day', now()) is null from a
select x in (y, k) from a
select x between y and k from a
select n like 'p%' escape '$' from a
select n similar to 'p.*' from a
select regexp_extract(n, 'p') from a
from a join b using (k) select x, z where y > 1 order by w limit 2
from a select k, sum(x) group by all
from (select x, y from a where k > 2) select x
from a as t(i, kk, xx) select xx
select xx, y from a as t(i, kk, xx)
select * from a right join b using (k, id)
select st.*, d from c union all select 1, 2, x from a
select p from (select unnest(st) from c)
select q from (select st.* from c)
select x from a window w as (partition by k order by y) qualify rank() over w = 1
select x, sum(y) over w from a window w as (partition by k order by id)
select sum(x) over (w rows 1 preceding) from a window w as (order by id)
select a.x, l1.z, l2.w from a, lateral (select z, id from b where b.k = a.k) l1, lateral (select w from b where b.id = l1.id) l2
select a.x from a join lateral (select z from b where b.k = a.k limit 1) l on l.z > a.y
select a.x, u from a, unnest([a.x, a.y]) t(u)
select u from c, unnest(c.l) t(u) where u > c.d
select c.id, t.u from c left join unnest(c.l) t(u) on true
select id, (select sum(u) from unnest(l) t(u)) from c
select id, (select sum(u) from (select unnest(l) u)) from c
select range from range(3)
select a.x, r.range from a, range(a.k) r
select i from a, generate_series(1, a.k) t(i)
with t as (select * from a), u as (select t.x, b.z from t join b using (k)) select u.z from u
with a as (select z as x from b) select x from a
with a as (select z as x from b) select x from main.a
select x from a a1 where exists (select 1 from a a2 where a2.k = a1.k and a2.y > a1.x)
select (select count(*) from b where b.z = a.x) from a group by a.x
select k, (select max(z) from b where b.k = a.k) from a group by k
select k, count(*) from a group by k having count(*) > (select min(w) from b)
select k from a group by k order by sum(x) limit 2
select k, sum(x) over (order by k) from a group by k, x
select max(sum(x)) over () from a group by k
select distinct k, first_value(x) over (partition by k order by y, id) from a
select x from a where x not in (select z from b where z is not null)
select x, y from a where (x, y) in (select z, w from b)
select (x, y) < (k, id) from a
select a.*, b.* exclude (k) from a join b on a.k = b.k
select * exclude (k) from a join b using (k)
select * replace (z as k) from a join b using (k)
select * rename (k as kk) from a join b using (k)
select b.* from a join b using (k)
select a.k, b.k from a full join b using (k)
select k, x from a left join b using (k)
select id from a join b using (id) join c using (id)
select * from a join b using (id) join c using (id)
select d from a left join b using (id) right join c using (id)
select id from a left join b using (id) right join c using (id)
select id from a full join b using (id) full join c using (id)
select b.id from a full join b using (id) full join c using (id)
select * from a natural join b
select x from a natural join b
select x from a left join b on false
select x from a cross join b where z > 2
select x from a, b where a.k = b.k
select a.x from a left join (b join c using (id)) on a.id = c.id and c.d > 1
select a.x, c.d from a left join b on a.id = b.id left join c on b.z = c.d
select x from a order by (select max(z) from b where b.k = a.k) limit 2
select x from a order by y limit 50%
select x from a offset (select min(z) from b)
select y as x, x as y from a order by x limit 2
select y as x, x as y from a order by x + 0 limit 2
select y as x, x as y from a where x > 2
select x + 1 as z2, z2 + y as z3, z3 + k from a
select x as k, sum(y) from a group by a.x
select a.x as k, sum(y) from a group by 1 having k > 1
select sum(x) as y from a having y > 3
select sum(x) as y from a group by k order by y limit 1
select k as g, sum(x) from a group by g
select k % 2 as k, sum(x) from a group by a.k
select case when x > 2 then 'a' end as n, count(*) from a group by all
select any_value(n) as n from a group by k order by n limit 1
select count(*) filter (where x > 2) from a
select count(distinct n order by n) from a
select list(distinct x order by x) from a
select histogram(x) from a
select list(struct_pack(p := x, q := y) order by id)[1].p from a
select list({'p': x, 'q': y} order by id)[1]['p'] from a
select approx_count_distinct(x) from a
select max_by(x, y) over (partition by k) from a
select x from a union (select z from b order by w limit 2)
(select x from a) intersect (select z from b) order by 1
select x from a union all select z from b union select d from c
select x from a union all (select z from b except select d from c)
select x, null as q from a union all by name select w as q, z as x from b
select * from a union all by name select * from b
select k, x from a union by name select z as x from b order by k limit 3
with recursive r as (select x v from a union select z from b join r on b.k = r.v) select count(*) from r
with recursive r as (select 1 as i, 0 as s union all select i + 1, s + (select max(x) from a where id = i) from r where i < 3) select * from r
with r as (select x from a), s as (select * from r union all select z from b) select * from s, r
from a select * exclude (x) where x > 2
select a.k, b.z from a join b on a.k = b.k and a.n = b.n where a.x is distinct from b.w
select list_sort(l)[1], len(l), l[1:2], l[d] from c
select l[id:d] from c
select st['p'], st.q + d from c
select struct_extract(st, 'p') from c
select st.p from c order by st.q limit 2
select st from c where st.q > 2
select {'a': st.p, 'b': x}.b from c, a
select t.st.p from c t
select array_agg(st.p order by id) from c
select struct_insert(st, r := d).r from c
select row_to_json(t) from (select x, y from a) t
select t from (select x, y from a) t
select t.x from (select a as t from a) s
select (t).x from (select a as t from a) s
select s.t.x from (select a as t from a) s
select to_json(a) from a
select count(a) from a
select hash(a) from a
select min(a) from a
select printf('%d', x) from a
select a.x.y from (select {'y': x} as x, k from a) a
select * from (from a select x) order by all
select x from (table a)
values ((select max(x) from a))
select * from (values ((select max(x) from a), (select min(z) from b))) t(p, q)
select q from (values ((select max(x) from a), (select min(z) from b))) t(p, q)
select if(exists(select 1 from b where z > 3), x, y) from a
select coalesce((select min(z) from b where w > 3), x) from a
select x from a where k = (select k from b order by z limit 1)
select x from a where row(x, y) = (select row(z, w) from b order by id, z, w limit 1)
select ntile(2) over (order by y) from a
select cume_dist() over (partition by k order by y) from a
select nth_value(x, 2) over (order by y, id) from a
select lead(x, 1, y) over (order by id) from a
select sum(x order by y) over (partition by k) from a
select sum(x) filter (where y > 2) over (partition by k) from a
select x, count(*) over (order by y range between 1 preceding and 1 following) from a
select mode(x), median(y), stddev(k) from a
select a1.x from a a1, a a2 where a1.k = a2.id
select columns(*) from (select x, y from a)
select min(columns('[xy]')), max(columns('[xy]')) from a
select columns('[xy]') + columns('[xy]') as "s\0" from a
select * from a where columns('[xyk]') > 1
select * like 'x' from a
select a.* like '_' from a join b on a.id = b.id
select greatest(*columns('[xyk]')) from a
select "sx" from (select sum(columns('[xy]')) as "s\0" from a)
select t.* exclude (t.y) from (select x, y from a) t
select #1 + #3 from a
select x from a order by #1
select x, y from a order by #2 limit 2
pivot a on k using max(x), min(y) group by n
pivot (select k, x, n from a where y > 2) on k using max(x)
pivot a on k in (1,2) using max(x) filter (where y > 2) group by n
from a pivot (max(x) for k in (1, 2) n in ('p', 'q') group by id)
select "1" from a pivot (max(x) for k in (1, 2) group by id)
select id from a pivot (max(x) for k in (1, 2) group by id)
with p as (pivot a on n using count(*) group by k) select p from p
unpivot (select id, x, y from a) on (x + 1) as xx, y
unpivot a on columns('[xy]') into name nm value v
from a unpivot (v for nm in (columns('[xy]')))
select sum(v) from (unpivot a on x, y into name nm value v) where nm = 'x'
select v from (unpivot c on id, d into name nm value v)
select count(*) from (summarize a)
select avg from (summarize select x from a where y > 2)
select max(x) as y, k from a group by k having y > 2
select max(x) as y, k from a group by k, a.y having y > 2
select distinct on (y) x % 2 as y, k from a order by y, id
select a.x, b.z from a asof join b on a.k = b.k and a.x >= b.z
select z from a asof join b using (k, id)
select st.*, d from c union all select x, y, k from a
select k from a union all select z from b order by z limit 3
