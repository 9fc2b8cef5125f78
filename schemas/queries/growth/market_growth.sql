-- Revenue per market with the change on a year ago, beside the accounts that are active there: where to spend next.
-- Reads the summed-up view and not the payments, so that all of growth may look at it.
with active as (
    select country, count(*) as accounts
    from mart.active_accounts
    group by country
)
select
    r.country,
    r.currency,
    r.month,
    r.revenue_cents / 100 as revenue,
    r.revenue_cents / nullif(y.revenue_cents, 0) - 1 as change_on_year,
    r.revenue_cents / 100 / a.accounts as revenue_per_account
from mart.revenue_by_country as r
join active as a on a.country = r.country
left join mart.revenue_by_country as y
    on y.country = r.country and y.currency = r.currency and y.month = dateadd(year, -1, r.month)
where r.month < date_trunc('month', current_date)
order by r.month desc, revenue desc;
