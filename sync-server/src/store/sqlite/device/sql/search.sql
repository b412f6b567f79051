SELECT t.ticket_key, t.attendee, t.product, t.state, t.admits, t.reference, coalesce(s.inside, 0) AS inside
FROM tickets t
JOIN events e ON e.id = t.event
LEFT JOIN doors d ON d.organization = e.organization AND d.event = e.event
LEFT JOIN ticket_states s ON s.door = d.id AND s.ticket_key = t.ticket_key
WHERE e.organization = :organization
  AND e.event = :event
  AND (t.attendee LIKE :like ESCAPE '\' OR t.email LIKE :like ESCAPE '\' OR t.reference LIKE :like ESCAPE '\')
ORDER BY t.attendee, t.id
LIMIT :limit
