-- Closes tickets of accounts that were deleted meanwhile, and those that have waited for an answer for two weeks.
UPDATE trust.support_tickets AS t
JOIN app.accounts AS a ON a.account_id = t.account_id
SET t.status = 'closed', t.closed_at = NOW()
WHERE a.deleted_at IS NOT NULL
   OR (t.status = 'pending' AND t.opened_at < NOW() - INTERVAL 14 DAY);
