INSERT INTO entry (feed_ref, seq, branch, id, prefix, boot_ref, kind, ticket, target, effect, bytes)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
