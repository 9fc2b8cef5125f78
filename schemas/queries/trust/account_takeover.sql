-- A session from another country than the one before it within the hour, on a phone that the account never used.
WITH hops AS (
    SELECT
        account_id, session_id, device_id, started_at, ip_address, country,
        lag(country) OVER trail AS previous_country,
        lag(started_at) OVER trail AS previous_start,
        count(*) OVER (PARTITION BY account_id, device_id ORDER BY started_at) AS uses_of_device
    FROM app.sessions
    WINDOW trail AS (PARTITION BY account_id ORDER BY started_at)
)
SELECT h.account_id, a.handle, a.email, h.session_id, h.ip_address, h.previous_country, h.country
FROM hops AS h
JOIN app.accounts AS a USING (account_id)
WHERE h.country <> h.previous_country
  AND h.started_at - h.previous_start < INTERVAL 1 HOUR
  AND h.uses_of_device = 1;
