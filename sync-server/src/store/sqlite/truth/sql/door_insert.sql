-- In a database that was restored, an event that scanners name before it is known here is one that was forgotten.
INSERT INTO doors (organization, event, held)
VALUES (:organization, :event,
        (SELECT restored FROM store WHERE NOT EXISTS (SELECT 1 FROM events WHERE event = :event)))
