-- Sign-ups per week with a column for each channel, the way the budget sheet wants them.
select *
from (
    select date_trunc('week', created_at) as week, acquisition_channel, account_id
    from app.accounts
    where created_at >= '2026-01-01'
)
pivot (count(account_id) for acquisition_channel in ('organic', 'referral', 'paid_social', 'creator_link'))
    as p (week, organic, referral, paid_social, creator_link)
order by week;
