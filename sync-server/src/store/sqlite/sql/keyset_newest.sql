SELECT k.version, k.created, k.signed
FROM keysets k
JOIN organizations o ON o.id = k.organization
WHERE o.organization = :organization
ORDER BY k.version DESC
LIMIT 1
