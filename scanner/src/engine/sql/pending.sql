SELECT count(*), coalesce(sum(max(effect, 0)), 0), coalesce(sum(max(-effect, 0)), 0)
FROM entry
WHERE feed_ref = ?1 AND seq BETWEEN ?2 AND ?3 AND branch = 0
