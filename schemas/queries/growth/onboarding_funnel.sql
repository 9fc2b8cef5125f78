-- From sign-up to first follow: how many of last month's new accounts reached each step within three days.
with newcomers as (
    select account_id, acquisition_channel, created_at
    from app.accounts
    where created_at >= dateadd(month, -1, current_date)
),
steps as (
    select
        n.account_id,
        n.acquisition_channel,
        min(w.started_at) as first_watch,
        min(iff(w.completed, w.started_at, null)) as first_completed,
        min(f.created_at) as first_follow
    from newcomers n
    left join media.watch_events w
        on w.account_id = n.account_id and w.started_at < dateadd(day, 3, n.created_at)
    left join media.follows f
        on f.follower_id = n.account_id and f.created_at < dateadd(day, 3, n.created_at)
    group by n.account_id, n.acquisition_channel
)
select
    acquisition_channel,
    count(*) as signed_up,
    count(first_watch) as watched,
    count(first_completed) as completed,
    count(first_follow) as followed,
    div0(count(first_follow), count(*)) as conversion
from steps
group by acquisition_channel
order by signed_up desc;
