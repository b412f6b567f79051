SELECT seq, id, bytes
FROM entry
WHERE feed_ref = ?1 AND seq BETWEEN ?2 AND ?3 AND branch = 0
ORDER BY seq
