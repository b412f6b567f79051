SELECT a.action, count(*) AS count, max(a.at) AS last
FROM audit a
JOIN organizations o ON o.id = a.organization
WHERE o.organization = :organization
