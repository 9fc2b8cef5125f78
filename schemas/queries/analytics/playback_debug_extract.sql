-- A week of raw playback events of one video, for the player team to look into stalls. Export to a sheet, please.
-- client_context is left out because it makes the sheet too wide.
SELECT * EXCEPT (client_context)
FROM media.watch_events
WHERE video_id = @video_id
  AND event_date >= DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY);
