-- Whoever has not opened the app for a month and agreed to mail gets the win-back newsletter.
-- The mail tool picks its recipients up from mart.newsletter_audience.
merge into mart.newsletter_audience as t
using (
    select account_id, email, datediff(day, last_seen_at, current_date) as idle_days
    from app.accounts
    where marketing_consent
      and deleted_at is null
      and last_seen_at < dateadd(day, -30, current_date)
) as s
on t.account_id = s.account_id
when matched then update set
    segment = iff(s.idle_days > 90, 'lapsed', 'drifting'),
    contact = s.email,
    refreshed_at = current_timestamp
when not matched then insert (account_id, segment, contact, refreshed_at)
    values (s.account_id, iff(s.idle_days > 90, 'lapsed', 'drifting'), s.email, current_timestamp);
