SELECT a.id, a.at, a.user, a.actor, a.address, a.action, a.subject, a.detail
FROM audit a
JOIN organizations o ON o.id = a.organization
WHERE o.organization = :organization
  AND a.id > :above AND a.id < :below
  AND (:actor IS NULL OR a.actor LIKE :actor ESCAPE '\')
  AND (:action IS NULL OR a.action = :action OR a.action GLOB :area)
  AND a.at >= :from AND a.at < :until
