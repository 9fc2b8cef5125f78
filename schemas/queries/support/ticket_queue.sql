-- The agents' queue: who waits, since when, and who takes care of it.
SELECT
    t.ticket_id,
    t.topic,
    t.subject,
    a.handle,
    COALESCE(e.full_name, 'nobody') AS assignee,
    TIMESTAMPDIFF(MINUTE, t.opened_at, NOW()) AS waiting_minutes
FROM trust.support_tickets AS t
JOIN app.accounts AS a ON a.account_id = t.account_id
LEFT JOIN hr.employees AS e ON e.employee_id = t.assignee_id
WHERE t.status IN ('new', 'open')
ORDER BY waiting_minutes DESC
LIMIT 200;
