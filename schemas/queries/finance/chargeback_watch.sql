-- Charged-back payments, and how much else was bought with the same card since. Goes to the bank every Friday.
with charged_back as (
    select distinct card_fingerprint
    from pay.payments
    where status = 'charged_back' and created_at >= dateadd(day, -90, current_date)
)
select country, currency, count(*) as payments, sum(amount_cents) as at_risk_cents
from pay.payments
join charged_back using (card_fingerprint)
where status = 'settled'
group by country, currency;
