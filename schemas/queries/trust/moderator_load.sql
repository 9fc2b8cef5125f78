-- Open cases per moderator and severity, and the oldest one each, for the shift handover.
SELECT
    e.full_name AS moderator,
    c.severity,
    count(*) AS open_cases,
    arg_min(c.case_id, c.opened_at) AS oldest_case,
    now() - min(c.opened_at) AS waiting
FROM trust.moderation_cases AS c
JOIN hr.employees AS e ON e.employee_id = c.moderator_id
WHERE c.status = 'open'
GROUP BY e.full_name, c.severity
QUALIFY rank() OVER (PARTITION BY c.severity ORDER BY count(*) DESC) <= 20
ORDER BY c.severity DESC, open_cases DESC;
