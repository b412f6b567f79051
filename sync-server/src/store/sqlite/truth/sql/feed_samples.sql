SELECT e.seq, e.boot, e.entry_id, t.request, t.response, t.server_ms
FROM samples t
JOIN entries e ON e.id = t.entry
WHERE t.feed = ?1
