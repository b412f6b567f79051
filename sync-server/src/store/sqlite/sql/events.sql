SELECT e.event, e.name, e.starts, e.ends, e.time_zone, e.archived,
       (SELECT count(*) FROM tickets t WHERE t.event = e.id) AS tickets
FROM events e
JOIN organizations o ON o.id = e.organization
WHERE o.organization = :organization
  AND (:archived OR e.archived IS NULL)
  AND (:promoter IS NULL
       OR EXISTS (SELECT 1 FROM grants g JOIN users u ON u.id = g.user WHERE g.event = e.id AND u.user = :promoter))
ORDER BY e.starts DESC, e.id DESC
LIMIT :limit
