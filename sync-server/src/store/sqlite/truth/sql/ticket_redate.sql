-- The ticket's one entry happened at another time; no row changes if other entries have a say.
UPDATE ticket_states
SET last_at = ?3
WHERE id = ?1
  AND last_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM entries WHERE ticket = ?1 AND id <> ?2)
