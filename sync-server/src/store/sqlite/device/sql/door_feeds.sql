SELECT f.id, f.feed, f.forked, c.certificate
FROM feeds f
JOIN scanners c ON c.id = f.scanner
JOIN scanner_events s ON s.scanner = f.scanner
WHERE s.door = ?1
ORDER BY f.id
