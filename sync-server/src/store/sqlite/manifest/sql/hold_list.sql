SELECT d.id, d.event
FROM doors d
JOIN events e ON e.organization = d.organization AND e.event = d.event
WHERE d.held IS NOT NULL AND e.archived IS NULL
ORDER BY e.id
