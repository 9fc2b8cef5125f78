-- Support tickets are kept for two years. The log holds how many went, not what was in them.
WITH purged AS (
    DELETE FROM trust.support_tickets
    WHERE closed_at < now() - interval '2 years'
    RETURNING account_id
)
INSERT INTO mart.deletion_log (account_id, dataset, deleted_rows, deleted_at)
SELECT account_id, 'trust.support_tickets', count(*), now()
FROM purged
GROUP BY account_id;
