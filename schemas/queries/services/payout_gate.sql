-- Before a first payout the creator types the last four digits of the number again.
-- The service needs to know only whether they match.
SELECT count(*) = 1 AS matches
FROM us.identities
WHERE account_id = $1
  AND right(ssn, 4) = $2;
