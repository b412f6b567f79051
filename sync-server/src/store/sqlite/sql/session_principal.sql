SELECT s.kind, u.id AS internal, u.user, o.organization, u.email, u.name, u.role, u.created
FROM sessions s
JOIN users u ON u.id = s.user
JOIN organizations o ON o.id = u.organization
WHERE s.token = :token AND s.expires > :now
