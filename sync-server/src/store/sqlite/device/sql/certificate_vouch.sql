-- Of scanners those whose certificate was not issued on the word of a certificate alone, and those that may still sign in; all
-- offices, also those that are known by a certificate only.
SELECT id, scanner, name, office, revoked IS NOT NULL AS revoked, vouched
FROM scanners
WHERE organization = ?1
  AND public IS NOT NULL
  AND (office = 1 OR revoked IS NULL OR vouched = 1)
ORDER BY name, id
