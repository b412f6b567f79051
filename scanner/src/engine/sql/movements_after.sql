-- Entries that moved people, and undos (with a target), that arrived after row ?1.
SELECT ref, prefix, target, bytes
FROM entry
WHERE ref > ?1 AND kind IN (1, 2, 4, 5)
ORDER BY ref
