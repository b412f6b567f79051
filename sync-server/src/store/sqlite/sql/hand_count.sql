-- What a request became.
SELECT e.entry_id
FROM hand_counts h
JOIN entries e ON e.id = h.entry
WHERE h.door = ?1 AND h.request = ?2
