-- One page of the "following" tab: the three newest videos of everyone that the viewer follows, newest first.
SELECT v.video_id, v.title, v.published_at, a.handle
FROM media.follows AS f
JOIN accounts AS a ON a.account_id = f.followed_id AND a.status = 'active'
CROSS JOIN LATERAL (
    SELECT video_id, title, published_at
    FROM media.videos
    WHERE creator_id = f.followed_id AND visibility = 'public' AND published_at < $2
    ORDER BY published_at DESC
    LIMIT 3
) AS v
WHERE f.follower_id = $1
ORDER BY v.published_at DESC
LIMIT 20;
