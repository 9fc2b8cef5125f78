-- New accounts that write to many strangers in their first hour. Looks at who writes to how many, not at what.
SELECT m.sender_id, a.handle, count(DISTINCT m.recipient_id) AS strangers, min(m.sent_at) - a.created_at AS first_after
FROM media.direct_messages AS m
JOIN app.accounts AS a ON a.account_id = m.sender_id
WHERE a.created_at >= now() - INTERVAL 2 DAY
  AND m.sent_at < a.created_at + INTERVAL 1 HOUR
  AND NOT EXISTS (
      FROM media.follows AS f
      WHERE f.follower_id = m.recipient_id AND f.followed_id = m.sender_id
  )
GROUP BY m.sender_id, a.handle, a.created_at
HAVING strangers >= 30;
