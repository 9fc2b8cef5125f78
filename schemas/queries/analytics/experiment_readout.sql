-- Completion rate per arm of a running experiment. A viewer is in as many experiments at once as the client carries,
-- so every event holds a list of them.
SELECT
  e.name AS experiment,
  e.arm,
  COUNT(DISTINCT w.account_id) AS viewers,
  COUNTIF(w.completed) / COUNT(*) AS completion_rate,
  APPROX_QUANTILES(w.watched_ms, 100)[OFFSET(50)] AS median_watched_ms
FROM media.watch_events AS w
CROSS JOIN UNNEST(w.experiments) AS e
WHERE w.event_date >= DATE_SUB(CURRENT_DATE(), INTERVAL 14 DAY)
  AND w.source = 'for_you'
GROUP BY experiment, arm
HAVING viewers >= 1000
ORDER BY experiment, arm;
