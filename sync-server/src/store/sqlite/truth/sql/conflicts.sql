SELECT e.entry_id, c.story, c.revision, max(c.revision, c.noted) AS told, n.note, coalesce(nullif(u.name, ''), n.actor) AS actor, n.at AS noted
FROM conflicts c
JOIN entries e ON e.id = c.entry
LEFT JOIN conflict_notes n ON n.entry = c.entry
LEFT JOIN users u ON u.email = n.actor
WHERE c.door = :door
  AND (:ticket IS NULL OR c.ticket = (SELECT t.id FROM ticket_states t WHERE t.door = :door AND t.ticket_key = :ticket))
  AND (:open = 0 OR n.entry IS NULL)
ORDER BY c.revision, c.entry
LIMIT :limit OFFSET :offset
