INSERT INTO cuts (feed, seq, entry_id) VALUES (:feed, :seq, :entry)
ON CONFLICT (feed) DO UPDATE SET seq = excluded.seq, entry_id = excluded.entry_id
