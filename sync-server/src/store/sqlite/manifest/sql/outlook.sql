-- What is not published yet: whether the event itself changed, and how many tickets did.
SELECT (e.dirty = 1 OR EXISTS (SELECT 1 FROM manifest_pending p WHERE p.door = :door AND p.ticket = 0)) AS rules,
       (SELECT count(*)
        FROM tickets t
        WHERE t.event = e.id
          AND (t.dirty = 1
               OR EXISTS (SELECT 1 FROM manifest_pending p WHERE p.door = :door AND p.ticket = t.id))) AS edited
FROM events e
WHERE e.id = :event
