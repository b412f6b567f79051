SELECT ref FROM boot
WHERE feed_ref = ?1 AND boot = ?2 AND ?3 BETWEEN first AND last
