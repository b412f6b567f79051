INSERT INTO conflict_notes (entry, note, actor, at)
SELECT c.entry, :note, :actor, :at
FROM conflicts c
WHERE c.entry = :entry AND c.door = :door
ON CONFLICT (entry) DO UPDATE SET note = excluded.note, actor = excluded.actor, at = excluded.at
