SELECT f.id, f.feed, (SELECT coalesce(max(r.last), 0) FROM runs r WHERE r.feed = f.id) AS top
FROM feeds f
JOIN scanner_events s ON s.scanner = f.scanner
WHERE s.door = ?1
ORDER BY f.id
