-- What appeared, changed or was noted after a revision, in that order.
SELECT e.entry_id, c.story, c.revision, max(c.revision, c.noted) AS told, n.note, coalesce(nullif(u.name, ''), n.actor) AS actor, n.at AS noted
FROM (
    SELECT entry FROM conflicts WHERE door = :door AND revision > :after
    UNION
    SELECT entry FROM conflicts WHERE door = :door AND noted > :after AND noted > 0
) f
JOIN conflicts c ON c.entry = f.entry
JOIN entries e ON e.id = c.entry
LEFT JOIN conflict_notes n ON n.entry = c.entry
LEFT JOIN users u ON u.email = n.actor
ORDER BY told, c.entry
LIMIT :limit
