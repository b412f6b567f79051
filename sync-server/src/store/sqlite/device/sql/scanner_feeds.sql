SELECT f.feed, f.witnessed, f.forked, c.seq AS cut, coalesce(r.last, 0) AS contiguous
FROM feeds f
LEFT JOIN cuts c ON c.feed = f.feed
LEFT JOIN runs r ON r.feed = f.id AND r.first = 1
WHERE f.scanner = ?1
ORDER BY f.id
