-- Click-through by placement and hour of the day, smoothed over three hours, and its rank among the placements.
WITH hourly AS (
    SELECT
        placement,
        hour(shown_at) AS hour_of_day,
        count(*) AS impressions,
        count(clicked_at) AS clicks
    FROM ads.impressions
    TABLESAMPLE BERNOULLI (10)
    WHERE shown_at >= current_timestamp - INTERVAL '28' DAY
    GROUP BY placement, hour(shown_at)
)
SELECT
    placement,
    hour_of_day,
    impressions,
    CAST(sum(clicks) OVER around AS double) / sum(impressions) OVER around AS smoothed_rate,
    rank() OVER (PARTITION BY hour_of_day ORDER BY CAST(clicks AS double) / impressions DESC) AS place
FROM hourly
WINDOW around AS (PARTITION BY placement ORDER BY hour_of_day ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)
ORDER BY hour_of_day, place;
