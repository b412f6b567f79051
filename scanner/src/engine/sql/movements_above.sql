-- Movements and undos of feed ?1 above place ?2.
SELECT prefix FROM entry
WHERE feed_ref = ?1 AND seq > ?2 AND kind IN (1, 2, 4, 5)
