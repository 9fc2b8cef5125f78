-- Nightly features of everyone who watched in the last week, read by the ranking service.
CREATE OR REPLACE TEMPORARY VIEW week AS
SELECT account_id, sum(watched_ms) AS watched_ms_7d, avg(if(completed, 1.0, 0.0)) AS completion_rate_7d
FROM media.watch_events
WHERE event_date >= date_sub(current_date(), 7)
GROUP BY account_id;

INSERT INTO mart.account_features (account_id, feature_date, watched_ms_7d, completion_rate_7d, top_interests)
SELECT w.account_id, current_date(), w.watched_ms_7d, w.completion_rate_7d, slice(p.interests, 1, 5)
FROM week AS w
LEFT JOIN app.profiles AS p ON p.account_id = w.account_id;
