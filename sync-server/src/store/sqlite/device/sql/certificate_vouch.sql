-- Of those whose certificate was not issued on the word of a certificate alone.
SELECT s.id, s.name, s.vouched
FROM scanners s
WHERE s.organization = ?1 AND s.public IS NOT NULL AND (s.revoked IS NULL OR s.vouched = 1)
ORDER BY s.name, s.id
