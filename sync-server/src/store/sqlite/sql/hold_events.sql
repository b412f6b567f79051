SELECT d.id, e.id
FROM doors d
JOIN events e ON e.organization = d.organization AND e.event = d.event
