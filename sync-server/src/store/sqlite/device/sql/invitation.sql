SELECT i.scanner, i.expires, i.used, s.scanner AS scanner_id, s.public, s.revoked, o.organization
FROM invitations i
JOIN scanners s ON s.id = i.scanner
JOIN organizations o ON o.id = s.organization
WHERE i.token = ?1
