-- A comment and all the answers below it, in reading order, at most eight levels deep.
WITH RECURSIVE thread (comment_id, parent_comment_id, account_id, body, depth, path) AS (
    SELECT c.comment_id, c.parent_comment_id, c.account_id, c.body, 0, ARRAY[c.comment_id]
    FROM media.comments AS c
    WHERE c.comment_id = $1 AND c.deleted_at IS NULL
    UNION ALL
    SELECT c.comment_id, c.parent_comment_id, c.account_id, c.body, t.depth + 1, t.path || c.comment_id
    FROM media.comments AS c
    JOIN thread AS t ON c.parent_comment_id = t.comment_id
    WHERE c.deleted_at IS NULL AND t.depth < 8
)
SELECT t.comment_id, t.depth, a.handle, t.body
FROM thread AS t
JOIN accounts AS a USING (account_id)
ORDER BY t.path;
