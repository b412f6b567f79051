-- Of those whose certificate was not issued on the word of a certificate alone. Of offices only those whose key is here: nobody
-- enrols another.
SELECT s.id, s.name, s.vouched = 1 OR o.scanner IS NOT NULL AS vouched
FROM scanners s
LEFT JOIN offices o ON o.scanner = s.id
WHERE s.organization = ?1
  AND s.public IS NOT NULL
  AND (s.revoked IS NULL OR s.vouched = 1)
  AND (s.office = 0 OR o.scanner IS NOT NULL)
ORDER BY s.name, s.id
