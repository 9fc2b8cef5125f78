-- Public comments for the research programme that universities signed up to, and the videos' titles as the first line
-- of each conversation. What a creator has hidden is left out.
SELECT c.comment_id, c.parent_comment_id, c.video_id, a.handle, c.body, c.created_at
FROM media.comments AS c
JOIN mart.public_videos AS v ON v.video_id = c.video_id
JOIN app.accounts AS a ON a.account_id = c.account_id
WHERE LENGTH(c.body) > 0
UNION ALL
SELECT NULL, NULL, v.video_id, a.handle, v.title, v.published_at
FROM mart.public_videos AS v
JOIN app.accounts AS a ON a.account_id = v.creator_id;
