-- Mean satisfaction per agent and month, beside the team's mean, for the quarterly talks.
SELECT
    e.full_name,
    DATE_FORMAT(t.closed_at, '%Y-%m') AS month,
    COUNT(*) AS tickets,
    AVG(t.satisfaction) AS satisfaction,
    AVG(AVG(t.satisfaction)) OVER (PARTITION BY e.team, DATE_FORMAT(t.closed_at, '%Y-%m')) AS of_the_team
FROM trust.support_tickets AS t
JOIN hr.employees AS e ON e.employee_id = t.assignee_id
WHERE t.satisfaction IS NOT NULL
GROUP BY e.full_name, e.team, DATE_FORMAT(t.closed_at, '%Y-%m')
HAVING COUNT(*) >= 10;
