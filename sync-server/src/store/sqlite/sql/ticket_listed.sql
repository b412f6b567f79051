SELECT t.dirty = 1 OR EXISTS (SELECT 1 FROM manifest_pending p WHERE p.door = d.id AND p.ticket = t.id) AS waiting, m.version
FROM tickets t
JOIN events e ON e.id = t.event
LEFT JOIN doors d ON d.organization = e.organization AND d.event = e.event
LEFT JOIN manifest_tickets m ON m.door = d.id AND m.ticket_key = t.ticket_key
WHERE t.id = :id
