SELECT e.id, e.bytes, s.scanner, s.name, e.lo, e.at, e.hi, e.uncertain, e.standing, e.stray, e.label, e.received, d.event,
       count(*) OVER () AS all_of_them
FROM scanners s
JOIN feeds f ON f.scanner = s.id
JOIN entries e ON e.feed = f.id
JOIN doors d ON d.id = e.door
WHERE s.scanner = :scanner
  -- Above the cut, or of an event it was never certified for.
  AND (e.standing = 2 OR e.stray = 1)
ORDER BY f.id, e.seq, e.branch
LIMIT :limit
