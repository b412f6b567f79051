INSERT OR IGNORE INTO cuts (feed, scanner, seq, entry_id)
SELECT feed, scanner, witnessed, witnessed_id FROM feeds WHERE scanner = ?1 AND witnessed_id IS NOT NULL
