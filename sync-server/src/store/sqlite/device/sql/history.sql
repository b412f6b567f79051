-- Refusals do not change what may happen next.
SELECT bytes, lo, at, hi, uncertain
FROM entries
WHERE ticket = ?1 AND stray = 0 AND standing < 2 AND kind <> 3
ORDER BY at DESC, id DESC
LIMIT ?2
