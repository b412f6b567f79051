SELECT effect FROM entry
WHERE prefix = ?1 AND id = ?2 AND kind IN (1, 2, 4, 5)
