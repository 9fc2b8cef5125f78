-- Hashtags that grew most from the week before to the last one; editors pick the trend page's headlines from it.
WITH tagged AS (
  SELECT LOWER(hashtag) AS hashtag, DATE(published_at) AS day, video_id
  FROM media.videos, UNNEST(hashtags) AS hashtag
  WHERE visibility = 'public'
    AND published_at >= TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 14 DAY)
),
counted AS (
  SELECT
    hashtag,
    COUNT(DISTINCT IF(day >= DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY), video_id, NULL)) AS this_week,
    COUNT(DISTINCT IF(day < DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY), video_id, NULL)) AS week_before
  FROM tagged
  GROUP BY hashtag
)
SELECT hashtag, this_week, week_before, SAFE_DIVIDE(this_week - week_before, week_before) AS growth
FROM counted
WHERE this_week >= 50
ORDER BY growth DESC NULLS LAST
LIMIT 100;
