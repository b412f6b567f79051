UPDATE events
SET dirty = 1
WHERE archived IS NULL
  AND (organization, event) IN (SELECT d.organization, d.event
                                FROM scanner_events s
                                JOIN doors d ON d.id = s.door
                                WHERE s.scanner = ?1)
