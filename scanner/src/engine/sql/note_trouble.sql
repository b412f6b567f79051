INSERT INTO trouble (feed, seq, reason, detail, at, tries) VALUES (?1, ?2, ?3, ?4, ?5, 1)
ON CONFLICT (feed, seq) DO UPDATE
SET reason = excluded.reason, detail = excluded.detail, at = excluded.at, tries = tries + 1
