INSERT INTO conflict_notes (entry, note, actor, at)
SELECT c.entry, :note, :actor, :at
FROM entries e
JOIN conflicts c ON c.entry = e.id
WHERE e.prefix = :prefix AND e.entry_id = :entry AND c.door = :door
ON CONFLICT (entry) DO UPDATE SET note = excluded.note, actor = excluded.actor, at = excluded.at
