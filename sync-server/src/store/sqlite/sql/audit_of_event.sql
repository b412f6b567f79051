-- What the log shows for an event: acts on it, on a ticket of it, on a scanner that is or was certified for it, and those
-- that name it. The end of a WHERE.
  AND (:event IS NULL
       OR a.subject = :event
       OR a.detail LIKE '%"' || :event || '"%'
       OR EXISTS (SELECT 1
                  FROM tickets t
                  JOIN events e ON e.id = t.event
                  WHERE t.ticket_key = unhex(a.subject) AND e.event = unhex(:event))
       OR EXISTS (SELECT 1
                  FROM scanners s
                  JOIN scanner_events x ON x.scanner = s.id
                  JOIN doors d ON d.id = x.door
                  WHERE s.scanner = unhex(a.subject) AND d.event = unhex(:event)))
