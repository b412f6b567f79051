-- The act that added a ticket: additions are one act for all their tickets, which have its time.
SELECT a.id, a.at, a.user, a.actor, a.address, a.action, a.subject, a.detail
FROM audit a
JOIN organizations o ON o.id = a.organization
WHERE o.organization = :organization AND a.action = 'tickets.add' AND a.subject = :event AND a.at = :at
ORDER BY a.id
LIMIT 1
