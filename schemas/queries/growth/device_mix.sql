-- Which phones new users bring, to decide which models the app is tested on.
select
    platform,
    attributes:model::string as model,
    attributes:screen.density::number as density,
    count(distinct account_id) as accounts
from app.devices
where first_seen_at >= dateadd(month, -3, current_date)
group by platform, model, density
qualify row_number() over (partition by platform order by accounts desc) <= 25;
