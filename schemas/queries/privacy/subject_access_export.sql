-- Everything we hold about one person, as they may ask for (GDPR article 15). One JSON document, handed over encrypted.
SELECT jsonb_build_object(
    'account', jsonb_build_object('handle', a.handle, 'email', a.email, 'phone', a.phone, 'since', a.created_at),
    'profile', (SELECT to_jsonb(p) FROM app.profiles AS p WHERE p.account_id = a.account_id),
    'devices', (
        SELECT jsonb_agg(jsonb_build_object('platform', d.platform, 'known', d.attributes) ORDER BY d.first_seen_at)
        FROM app.devices AS d
        WHERE d.account_id = a.account_id
    ),
    'messages', (
        SELECT jsonb_agg(jsonb_build_object('to', m.recipient_id, 'at', m.sent_at, 'text', m.body) ORDER BY m.sent_at)
        FROM media.direct_messages AS m
        WHERE m.sender_id = a.account_id
    ),
    'payments', (
        SELECT jsonb_agg(jsonb_build_object('at', p.created_at, 'cents', p.amount_cents, 'card', p.card_last4))
        FROM pay.payments AS p
        WHERE p.account_id = a.account_id
    )
) AS document
FROM app.accounts AS a
WHERE a.account_id = $1;
