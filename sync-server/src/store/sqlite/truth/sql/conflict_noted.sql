UPDATE conflicts
SET noted = (SELECT revision FROM doors WHERE id = :door)
WHERE door = :door AND entry = (SELECT id FROM entries WHERE prefix = :prefix AND entry_id = :entry)
