INSERT INTO cuts (feed, scanner, seq, entry_id) VALUES (:feed, :scanner, :seq, :entry)
ON CONFLICT (feed) DO UPDATE SET seq = excluded.seq, entry_id = excluded.entry_id
