-- Month-end: what each creator was given and was paid out, first into a working table and from there into the mart.
-- Runs once on the third of a month; deleting first makes it safe to run again.
create temporary table month_gifts as
select creator_id, date_trunc('month', created_at)::date as period, currency, sum(amount_cents) as gift_cents
from pay.payments
where creator_id is not null and status = 'settled'
  and created_at >= dateadd(month, -1, date_trunc('month', current_date))
  and created_at < date_trunc('month', current_date)
group by 1, 2, 3;

delete from mart.creator_earnings
using month_gifts
where creator_earnings.creator_id = month_gifts.creator_id
  and creator_earnings.period = month_gifts.period;

insert into mart.creator_earnings (creator_id, period, currency, gift_cents, payout_cents)
with paid as (
    select creator_id, period, currency, sum(amount_cents - tax_withheld_cents) as payout_cents
    from pay.payouts
    where status = 'paid'
    group by creator_id, period, currency
)
select g.creator_id, g.period, g.currency, g.gift_cents, coalesce(p.payout_cents, 0)
from month_gifts g
left join paid p on p.creator_id = g.creator_id and p.period = g.period and p.currency = g.currency;
