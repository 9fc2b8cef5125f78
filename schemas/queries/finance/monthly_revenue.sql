-- Revenue by country and month with the change on a year ago, for the board's pack.
select
    r.country,
    r.currency,
    r.month,
    r.revenue_cents / 100 as revenue,
    r.revenue_cents / nullif(y.revenue_cents, 0) - 1 as change_on_year
from mart.revenue_by_country as r
left join mart.revenue_by_country as y
    on y.country = r.country and y.currency = r.currency and y.month = dateadd(year, -1, r.month)
where r.month < date_trunc('month', current_date)
order by r.month desc, revenue desc;
