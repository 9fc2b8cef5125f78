-- Every five minutes: carries the newest session's time over to the account and its device.
UPDATE accounts AS a
SET last_seen_at = s.newest
FROM (
    SELECT account_id, max(started_at) AS newest
    FROM sessions
    WHERE started_at >= now() - interval '10 minutes'
    GROUP BY account_id
) AS s
WHERE s.account_id = a.account_id AND a.last_seen_at < s.newest;

UPDATE devices AS d
SET last_seen_at = s.started_at
FROM sessions AS s
WHERE s.device_id = d.device_id AND s.started_at > d.last_seen_at;
