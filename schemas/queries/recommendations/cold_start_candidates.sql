-- What to show somebody who has watched nothing yet: what people of the same city and language finish most.
-- City is as close as this gets, on purpose.
SELECT city, language, video_id, finishes
FROM (
  SELECT
    p.address.city AS city,
    v.language,
    w.video_id,
    count_if(w.completed) AS finishes,
    row_number() OVER (PARTITION BY p.address.city, v.language ORDER BY count_if(w.completed) DESC) AS place
  FROM media.watch_events AS w
  JOIN app.profiles AS p ON p.account_id = w.account_id
  JOIN media.videos AS v ON v.video_id = w.video_id
  WHERE w.event_date >= date_sub(current_date(), 3)
    AND v.visibility = 'public'
  GROUP BY p.address.city, v.language, w.video_id
) AS ranked
WHERE place <= 50;
