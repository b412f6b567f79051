-- With an event: acts on it, on a ticket of it, on a scanner that is or was certified for it, and those that name it.
SELECT a.id, a.at, a.user, a.actor, a.address, a.action, a.subject, a.detail
FROM audit a
JOIN organizations o ON o.id = a.organization
WHERE o.organization = :organization AND a.id < :place
  AND (:actor IS NULL OR a.actor LIKE :actor ESCAPE '\')
  AND (:action IS NULL OR a.action = :action OR a.action GLOB :area)
  AND a.at >= :from AND a.at < :until
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
ORDER BY a.id DESC
LIMIT :limit
