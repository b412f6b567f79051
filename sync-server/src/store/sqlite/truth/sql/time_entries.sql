SELECT e.id, e.feed, e.bytes, t.server_ms
FROM scanners s
JOIN feeds f ON f.scanner = s.id
JOIN entries e ON e.feed = f.id
LEFT JOIN samples t ON t.entry = e.id
WHERE s.organization = ?1
  AND e.kind = ?2
  AND e.stray = 0
