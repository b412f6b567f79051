INSERT INTO hand_counts (door, request, entry)
SELECT :door, :request, id
FROM entries
WHERE door = :door AND kind = 5 AND entry_id = :entry
