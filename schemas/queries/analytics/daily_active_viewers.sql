-- Viewers per day and plan, with the seven-day average that the company's weekly numbers quote.
-- Feeds the "Audience" tile of the executive dashboard; refreshed every morning at 06:00 UTC.
WITH viewers AS (
  SELECT
    w.event_date,
    a.plan,
    COUNT(DISTINCT w.account_id) AS viewers,
    SUM(w.watched_ms) / 60000 AS minutes
  FROM media.watch_events AS w
  JOIN mart.active_accounts AS a ON a.account_id = w.account_id
  WHERE w.event_date BETWEEN DATE_SUB(CURRENT_DATE(), INTERVAL 90 DAY) AND DATE_SUB(CURRENT_DATE(), INTERVAL 1 DAY)
  GROUP BY event_date, plan
)
SELECT
  event_date,
  plan,
  viewers,
  ROUND(minutes, 1) AS minutes,
  AVG(viewers) OVER (PARTITION BY plan ORDER BY event_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS viewers_7d
FROM viewers
ORDER BY event_date DESC, plan;
