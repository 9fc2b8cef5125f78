-- Weekly retention: of those who signed up in a week, what share still watched N weeks later.
-- The triangle in the growth review; only weeks that are over count.
WITH cohorts AS (
  SELECT account_id, DATE_TRUNC(DATE(created_at), WEEK(MONDAY)) AS cohort
  FROM app.accounts
  WHERE created_at >= TIMESTAMP '2026-01-05 00:00:00+00'
),
activity AS (
  SELECT DISTINCT account_id, DATE_TRUNC(event_date, WEEK(MONDAY)) AS week
  FROM media.watch_events
  WHERE watched_ms > 2000
),
sizes AS (
  SELECT cohort, COUNT(*) AS accounts
  FROM cohorts
  GROUP BY cohort
)
SELECT
  c.cohort,
  DATE_DIFF(a.week, c.cohort, WEEK) AS weeks_later,
  z.accounts,
  COUNT(DISTINCT a.account_id) AS retained,
  SAFE_DIVIDE(COUNT(DISTINCT a.account_id), z.accounts) AS share
FROM cohorts AS c
JOIN activity AS a ON a.account_id = c.account_id AND a.week >= c.cohort
JOIN sizes AS z ON z.cohort = c.cohort
GROUP BY c.cohort, weeks_later, z.accounts
ORDER BY c.cohort, weeks_later;
