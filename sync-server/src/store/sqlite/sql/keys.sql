SELECT k.key, k.role, k.event, k.public, k.secret, k.created, k.not_before, k.not_after, k.withdrawn
FROM keys k
JOIN organizations o ON o.id = k.organization
WHERE o.organization = :organization
ORDER BY k.created, k.id
