-- The newest acts on one thing, oldest first.
SELECT id, at, user, actor, address, action, subject, detail
FROM (SELECT a.id, a.at, a.user, a.actor, a.address, a.action, a.subject, a.detail
      FROM audit a
      JOIN organizations o ON o.id = a.organization
      WHERE o.organization = :organization AND a.subject = :subject
      ORDER BY a.id DESC
      LIMIT :limit)
ORDER BY id
