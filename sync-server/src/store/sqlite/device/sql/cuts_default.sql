INSERT OR REPLACE INTO cuts (feed, seq, entry_id)
SELECT id, witnessed, witnessed_id FROM feeds WHERE scanner = ?1 AND witnessed_id IS NOT NULL
