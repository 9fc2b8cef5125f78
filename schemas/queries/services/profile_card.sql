-- The profile page in one round trip: the profile as JSON with the numbers under the name.
-- The client shows the name, the text and the picture, and ignores what it does not know.
SELECT
    row_to_json(p) AS profile,
    (SELECT count(*) FROM media.follows WHERE followed_id = p.account_id) AS followers,
    (SELECT count(*) FROM media.videos WHERE creator_id = p.account_id AND visibility = 'public') AS videos
FROM profiles AS p
WHERE p.account_id = $1;
