-- Phones with many accounts that comment within minutes of each other: the shape of a spam ring.
WITH shared AS (
    SELECT device_id, count(DISTINCT account_id) AS accounts, list(DISTINCT account_id) AS members
    FROM app.sessions
    WHERE started_at >= now() - INTERVAL 7 DAY
    GROUP BY device_id
    HAVING count(DISTINCT account_id) >= 5
),
members AS (
    SELECT device_id, accounts, unnest(members) AS account_id
    FROM shared
)
SELECT
    m.device_id,
    any_value(m.accounts) AS accounts,
    count(*) AS comments,
    avg(c.toxicity) AS toxicity,
    max(c.created_at) - min(c.created_at) AS spread
FROM members AS m
JOIN media.comments AS c USING (account_id)
WHERE c.created_at >= now() - INTERVAL 1 DAY
GROUP BY ALL
HAVING count(*) > 3 * any_value(m.accounts)
ORDER BY toxicity DESC;
