SELECT e.entry_id, c.story, c.revision, n.note, n.actor, n.at AS noted
FROM conflicts c
JOIN entries e ON e.id = c.entry
LEFT JOIN conflict_notes n ON n.entry = c.entry
WHERE c.door = :door
  AND c.revision > :after
  AND (:open = 0 OR n.entry IS NULL)
ORDER BY c.revision, c.entry
LIMIT :limit OFFSET :offset
