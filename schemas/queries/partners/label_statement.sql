-- What each sound's videos earned their creators last quarter, for the statements that go out to the music labels.
SELECT
  v.sound_id,
  COUNT(DISTINCT v.video_id) AS videos,
  SUM(p.amount_cents) / 100 AS gifts
FROM media.videos AS v
JOIN pay.payments AS p ON p.creator_id = v.creator_id
WHERE v.visibility = 'public'
  AND p.status = 'settled'
  AND DATE(p.created_at) BETWEEN DATE '2026-07-01' AND DATE '2026-09-30'
GROUP BY v.sound_id
ORDER BY gifts DESC;
