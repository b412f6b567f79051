-- What counts as an act on the event is what the log shows for it (audit_list.sql).
SELECT a.action, count(*) AS count, max(a.at) AS last
FROM audit a
JOIN organizations o ON o.id = a.organization
WHERE o.organization = :organization
  AND (a.subject = :event
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
GROUP BY a.action
ORDER BY a.action
