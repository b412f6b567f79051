INSERT OR IGNORE INTO samples (entry, feed, server_ms, request, response) VALUES (?1, ?2, ?3, ?4, ?5)
