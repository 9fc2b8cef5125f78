-- How long under-18s watch per day, by country, next to everyone else. Asked for by the wellbeing working group.
-- The chart shows only averages; nobody's age appears in it.
WITH viewers AS (
  SELECT
    account_id,
    address.country AS country,
    DATE_DIFF(CURRENT_DATE(), birth_date, YEAR) < 18 AS is_minor
  FROM app.profiles
)
SELECT
  v.country,
  v.is_minor,
  COUNT(DISTINCT w.account_id) AS viewers,
  SUM(w.watched_ms) / 60000 / COUNT(DISTINCT w.account_id) AS minutes_per_viewer
FROM media.watch_events AS w
JOIN viewers AS v ON v.account_id = w.account_id
WHERE w.event_date = DATE_SUB(CURRENT_DATE(), INTERVAL 1 DAY)
GROUP BY v.country, v.is_minor
HAVING viewers > 500;
