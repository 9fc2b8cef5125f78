-- How many accounts per country an advertiser's campaign could reach again: those whose phone it already met.
-- Counts only, so it can go to the advertiser.
SELECT a.country, count(*) AS reachable
FROM app.accounts AS a
WHERE a.status = 'active'
  AND EXISTS (
      SELECT 1
      FROM app.devices AS d
      JOIN ads.impressions AS i ON i.advertising_id = d.advertising_id
      WHERE d.account_id = a.account_id
        AND i.campaign_id = 48151
  )
GROUP BY a.country
HAVING count(*) >= 1000;
