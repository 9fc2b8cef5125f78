-- The ten creators per language whose videos were watched longest last week, for the partnerships team's Monday mail.
SELECT
  v.language,
  a.handle,
  COUNT(DISTINCT v.video_id) AS videos,
  SUM(s.views) AS views,
  SUM(s.watched_ms) / 3600000 AS hours
FROM mart.daily_video_stats AS s
JOIN media.videos AS v USING (video_id)
JOIN app.accounts AS a ON a.account_id = v.creator_id
WHERE s.day >= DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY)
  AND v.visibility = 'public'
GROUP BY v.language, a.handle
QUALIFY ROW_NUMBER() OVER (PARTITION BY v.language ORDER BY SUM(s.watched_ms) DESC) <= 10
ORDER BY language, hours DESC;
