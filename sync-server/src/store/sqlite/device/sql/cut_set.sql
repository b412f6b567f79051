INSERT OR IGNORE INTO cuts (feed, scanner, seq, entry_id) VALUES (:feed, :scanner, :seq, :entry)
