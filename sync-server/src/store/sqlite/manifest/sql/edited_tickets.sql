-- Tickets with changes that are not published, with the record published before. In an event that is held back, those taken
-- up by a publication are changes that the backup had not published yet (see `hold_pending.sql`): they are left out.
SELECT t.ticket_key, t.state, t.generation, t.product, t.admits, t.not_before, t.not_after, t.sealed, m.record AS known
FROM tickets t
LEFT JOIN manifest_tickets m ON m.door = :door AND m.ticket_key = t.ticket_key
WHERE t.event = :event
  AND (t.dirty = 1
       OR EXISTS (SELECT 1
                  FROM manifest_pending p
                  JOIN doors d ON d.id = p.door
                  WHERE p.door = :door AND p.ticket = t.id AND d.held IS NULL))
