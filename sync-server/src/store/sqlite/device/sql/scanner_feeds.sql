SELECT f.feed, f.witnessed, f.forked, coalesce(r.last, 0) AS contiguous,
       (SELECT max(c.seq) FROM cuts c WHERE c.feed = f.feed AND c.scanner = f.scanner) AS cut
FROM feeds f
LEFT JOIN runs r ON r.feed = f.id AND r.first = 1
WHERE f.scanner = ?1
ORDER BY f.id
