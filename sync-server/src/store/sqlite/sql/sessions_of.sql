SELECT s.token, s.kind, s.created, s.expires, s.address
FROM sessions s
JOIN users u ON u.id = s.user
JOIN organizations o ON o.id = u.organization
WHERE o.organization = :organization AND u.user = :user AND s.expires > :now
ORDER BY s.created DESC, s.token
