-- For each interest that a viewer named, how much of the week's watching went to videos with a hashtag of that name.
SELECT
  p.account_id,
  interest,
  count(DISTINCT w.video_id) AS videos,
  sum(w.watched_ms) AS watched_ms
FROM app.profiles AS p
JOIN media.watch_events AS w ON w.account_id = p.account_id
JOIN media.videos AS v ON v.video_id = w.video_id
LATERAL VIEW explode(p.interests) named AS interest
WHERE w.event_date >= date_sub(current_date(), 7)
  AND array_contains(v.hashtags, lower(interest))
GROUP BY p.account_id, interest;
