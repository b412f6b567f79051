SELECT a.id, a.zone, a.level, a.standing, a.raised, a.people, a.capacity, a.ended, a.acknowledged,
       coalesce(nullif(u.name, ''), a.actor) AS actor
FROM alarms a
LEFT JOIN users u ON u.email = a.actor
WHERE a.event = :event AND (:all OR a.ended IS NULL)
ORDER BY a.id DESC
LIMIT :limit
