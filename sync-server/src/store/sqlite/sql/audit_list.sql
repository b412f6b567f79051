SELECT a.id, a.at, a.user, a.actor, a.address, a.action, a.subject, a.detail
FROM audit a
JOIN organizations o ON o.id = a.organization
WHERE o.organization = :organization AND a.id < :before
ORDER BY a.id DESC
LIMIT :limit
