SELECT s.scanner, o.secret
FROM offices o
JOIN scanners s ON s.id = o.scanner
WHERE o.door = ?1 AND s.revoked IS NULL
ORDER BY o.scanner DESC
LIMIT 1
