INSERT INTO boot (feed_ref, boot, first, last) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (feed_ref, boot) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)
RETURNING ref
