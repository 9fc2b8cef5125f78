-- The viewer taps "follow". Tapping twice is no error.
INSERT INTO media.follows (follower_id, followed_id, created_at)
SELECT $1, a.account_id, now()
FROM accounts AS a
WHERE a.handle = $2 AND a.status = 'active' AND a.account_id <> $1
ON CONFLICT (follower_id, followed_id) DO NOTHING
RETURNING followed_id;
