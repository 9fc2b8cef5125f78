-- How campaigns deliver by day and country, with subtotals; the account managers' standing report.
SELECT
    campaign_id,
    country,
    day,
    count(*) AS impressions,
    count(clicked_at) AS clicks,
    CAST(count(clicked_at) AS double) / count(*) AS click_through_rate
FROM (
    SELECT campaign_id, country, CAST(shown_at AS date) AS day, clicked_at
    FROM ads.impressions
    WHERE shown_at >= current_date - INTERVAL '30' DAY
) AS shown
GROUP BY GROUPING SETS ((campaign_id, country, day), (campaign_id, country), (campaign_id))
ORDER BY campaign_id, country, day;
