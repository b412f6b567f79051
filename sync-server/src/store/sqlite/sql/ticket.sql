SELECT t.id AS internal, t.ticket_key, e.event, t.secret, t.opaque, t.canceled, t.blocked, t.unpaid, t.state, t.reason,
       t.generation, t.product, t.admits, t.not_before, t.not_after, t.attendee, t.note, t.email, t.reference,
       t.sealed, t.created, t.changed
FROM tickets t
JOIN events e ON e.id = t.event
WHERE t.ticket_key = :ticket_key
