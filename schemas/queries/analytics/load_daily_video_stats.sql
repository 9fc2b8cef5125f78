-- Nightly: yesterday's watch events, one row per video. Late events of the day before are folded in by running again.
MERGE INTO mart.daily_video_stats AS t
USING (
  SELECT
    event_date AS day,
    video_id,
    COUNT(*) AS views,
    COUNTIF(completed) AS completed_views,
    SUM(watched_ms) AS watched_ms
  FROM media.watch_events
  WHERE event_date = DATE_SUB(CURRENT_DATE(), INTERVAL 1 DAY)
  GROUP BY event_date, video_id
) AS s
ON t.day = s.day AND t.video_id = s.video_id
WHEN MATCHED THEN
  UPDATE SET views = s.views, completed_views = s.completed_views, watched_ms = s.watched_ms
WHEN NOT MATCHED THEN
  INSERT (day, video_id, views, completed_views, watched_ms)
  VALUES (s.day, s.video_id, s.views, s.completed_views, s.watched_ms);
