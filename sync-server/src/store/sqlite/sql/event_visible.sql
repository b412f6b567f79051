SELECT e.id
FROM events e
JOIN organizations o ON o.id = e.organization
WHERE e.event = :event
  AND o.organization = :organization
  AND (:promoter IS NULL
       OR EXISTS (SELECT 1 FROM grants g JOIN users u ON u.id = g.user WHERE g.event = e.id AND u.user = :promoter))
