-- The same as tickets.sql, backwards from a ticket.
SELECT t.id AS internal, t.ticket_key, e.event, t.secret, t.opaque, t.canceled, t.blocked, t.unpaid, t.state, t.reason,
       t.generation, t.product, t.admits, t.not_before, t.not_after, t.attendee, t.note, t.email, t.reference,
       t.sealed, t.created, t.changed
FROM tickets t
JOIN events e ON e.id = t.event
WHERE t.event = :event
  AND t.id < (SELECT id FROM tickets WHERE ticket_key = :place AND event = :event)
  AND (:state IS NULL OR t.state = :state)
  AND (:product IS NULL OR t.product = :product)
  AND (:pattern IS NULL
       OR t.attendee LIKE :pattern ESCAPE '\' OR t.email LIKE :pattern ESCAPE '\'
       OR t.reference LIKE :pattern ESCAPE '\' OR t.ticket_key = :key OR (:key_prefix IS NOT NULL AND lower(hex(t.ticket_key)) GLOB :key_prefix))
ORDER BY t.id DESC
LIMIT :limit
