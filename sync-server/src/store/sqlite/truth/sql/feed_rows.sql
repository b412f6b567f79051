-- The bytes only where the chain matters: forked feeds and those of revoked scanners.
SELECT e.id, e.seq, e.entry_id, e.door, e.stray, e.boot, e.mono, e.wall, e.standing, e.lo, e.at, e.hi, e.uncertain,
       CASE WHEN f.forked = 1 OR s.revoked IS NOT NULL THEN e.bytes END AS bytes
FROM entries e
JOIN feeds f ON f.id = e.feed
JOIN scanners s ON s.id = f.scanner
WHERE e.feed = ?1
ORDER BY e.seq, e.branch
