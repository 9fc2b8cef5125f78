-- Open cases of the highest severity with the video's title, for the morning meeting. The moderators' notes are for
-- the moderators, so they stay out.
FROM trust.moderation_cases AS c
JOIN media.videos AS v USING (video_id)
SELECT c.* EXCLUDE (notes, reported_by), v.title
WHERE c.status = 'open' AND c.severity = 5
ORDER BY c.opened_at;
