-- Videos that the same people finish, the candidates for "more like this". Pairs are kept once, smaller id first.
WITH finished AS (
  SELECT DISTINCT account_id, video_id
  FROM media.watch_events
  WHERE completed AND event_date >= date_sub(current_date(), 30)
),
pairs AS (
  SELECT l.video_id AS video, r.video_id AS other, count(*) AS viewers
  FROM finished AS l
  JOIN finished AS r USING (account_id)
  WHERE l.video_id < r.video_id
  GROUP BY l.video_id, r.video_id
)
SELECT /*+ BROADCAST(v) */ p.video, p.other, p.viewers, v.language
FROM pairs AS p
JOIN media.videos AS v ON v.video_id = p.other
WHERE p.viewers >= 20;
