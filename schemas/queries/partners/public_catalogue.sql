-- The catalogue that search engines get every hour: public videos with their creators' handles.
SELECT
  v.video_id,
  v.title,
  v.language,
  v.duration_ms,
  FORMAT_TIMESTAMP('%FT%TZ', v.published_at) AS published_at,
  a.handle AS creator,
  ARRAY_TO_STRING(v.hashtags, ' ') AS hashtags
FROM mart.public_videos AS v
JOIN app.accounts AS a ON a.account_id = v.creator_id
ORDER BY v.published_at DESC;
