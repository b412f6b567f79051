SELECT f.id, f.feed, f.forked
FROM feeds f
JOIN scanner_events s ON s.scanner = f.scanner
WHERE s.door = ?1
ORDER BY f.id
