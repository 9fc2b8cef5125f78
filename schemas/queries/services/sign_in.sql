-- The sign-in service looks up one account by its address and compares the hash itself. Nothing else may read the hash,
-- so the exception is made here, for this file, and not for the folder.
-- classify: ceiling=restricted reason="the hash is compared here and nowhere else"
SELECT account_id, status, password_hash
FROM accounts
WHERE lower(email) = lower($1)
  AND deleted_at IS NULL;
