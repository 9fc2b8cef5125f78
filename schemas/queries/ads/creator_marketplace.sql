-- Creators that advertisers may book, in ten groups by reach. Account managers sell from this list.
SELECT
    a.handle,
    a.country,
    r.videos,
    r.views,
    ntile(10) OVER (ORDER BY r.views DESC) AS reach_group,
    approx_percentile(r.watched_ms / r.views, 0.5) OVER (PARTITION BY a.country) AS usual_watch_ms
FROM mart.creator_reach AS r
JOIN mart.active_accounts AS a ON a.account_id = r.creator_id
WHERE r.views > 10000
ORDER BY r.views DESC
LIMIT 5000;
