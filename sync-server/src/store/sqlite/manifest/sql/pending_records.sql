SELECT t.ticket_key, t.state, t.generation, t.product, t.admits, t.not_before, t.not_after, t.sealed, m.record AS known
FROM manifest_pending p
JOIN tickets t ON t.id = p.ticket
LEFT JOIN manifest_tickets m ON m.door = p.door AND m.ticket_key = t.ticket_key
WHERE p.door = :door AND p.ticket <> 0 AND p.round <= :round
