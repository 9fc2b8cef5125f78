-- The client opens a new session whenever the app comes back from the background. People do not think so: half an hour
-- without a session is a new visit. This counts visits per account and day.
with gaps as (
    select
        account_id,
        started_at,
        ended_at,
        lag(ended_at) over (partition by account_id order by started_at) as previous_end
    from app.sessions
    where started_at >= dateadd(day, -28, current_timestamp)
),
visits as (
    select
        account_id,
        started_at,
        ended_at,
        sum(iff(previous_end is null or datediff(minute, previous_end, started_at) >= 30, 1, 0))
            over (partition by account_id order by started_at) as visit
    from gaps
),
lengths as (
    select account_id, visit, min(started_at) as opened, datediff(second, min(started_at), max(ended_at)) as seconds
    from visits
    group by account_id, visit
)
select
    opened::date as day,
    count(*) as visits,
    count(distinct account_id) as visitors,
    median(seconds) as median_seconds
from lengths
group by day
order by day;
