-- In the order in which they appeared. Those of scanners known by a certificate alone come last: once the key behind it is
-- withdrawn, nobody can read them until somebody vouches, and what is refused must not fill each answer.
SELECT f.id, f.feed, f.forked
FROM feeds f
JOIN scanners c ON c.id = f.scanner
JOIN scanner_events s ON s.scanner = f.scanner
WHERE s.door = ?1
ORDER BY c.vouched = 0 AND c.office = 0, f.id
