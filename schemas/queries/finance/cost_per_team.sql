-- Headcount and payroll by team as a share of last month's revenue, for budget planning.
select
    e.team,
    count(*) as people,
    round(sum(e.salary_cents) / 12 / nullif((
        select sum(revenue_cents)
        from mart.revenue_by_country
        where month = dateadd(month, -1, date_trunc('month', current_date)) and currency = 'USD'
    ), 0), 4) as share_of_revenue
from hr.employees e
where e.left_on is null
group by e.team
having count(*) >= 5
order by share_of_revenue desc;
