SELECT s.name
FROM scanners s
JOIN scanner_events e ON e.scanner = s.id
WHERE e.door = ?1 AND e.active = 1 AND s.public IS NOT NULL AND s.revoked IS NULL AND s.office = 0
  AND NOT EXISTS (SELECT 1 FROM hold_reports r WHERE r.door = e.door AND r.scanner = s.id)
ORDER BY s.name
