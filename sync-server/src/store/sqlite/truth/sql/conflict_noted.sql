UPDATE conflicts
SET noted = (SELECT revision FROM doors WHERE id = :door)
WHERE door = :door AND entry = :entry
