-- Erasure on request (GDPR article 17, CCPA 1798.105), thirty days after it was asked for. One transaction per run.
-- Payments stay for ten years, as the tax law says, but nothing in them tells whose they were.
CREATE TEMPORARY TABLE erased AS
SELECT account_id
FROM app.accounts
WHERE status = 'deletion_requested' AND deleted_at < now() - interval '30 days';

DELETE FROM media.direct_messages AS m USING erased AS e WHERE m.sender_id = e.account_id;
DELETE FROM media.watch_events AS w USING erased AS e WHERE w.account_id = e.account_id;
DELETE FROM app.sessions AS s USING erased AS e WHERE s.account_id = e.account_id;
DELETE FROM app.devices AS d USING erased AS e WHERE d.account_id = e.account_id;
DELETE FROM app.profiles AS p USING erased AS e WHERE p.account_id = e.account_id;

DELETE FROM media.comments AS c USING erased AS e WHERE c.account_id = e.account_id;
DELETE FROM media.follows AS f USING erased AS e WHERE e.account_id IN (f.follower_id, f.followed_id);

UPDATE pay.payments AS p
SET billing_name = NULL, card_last4 = NULL, card_fingerprint = NULL
FROM erased AS e
WHERE p.account_id = e.account_id;

UPDATE app.accounts AS a
SET email = NULL, email_sha256 = NULL, phone = NULL, password_hash = NULL, status = 'erased'
FROM erased AS e
WHERE a.account_id = e.account_id;

INSERT INTO mart.deletion_log (account_id, dataset, deleted_at)
SELECT e.account_id, 'app.accounts', now()
FROM erased AS e;
