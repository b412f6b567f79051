INSERT INTO entries (feed, seq, branch, entry_id, prefix, door, ticket, kind, gate, boot, mono, wall, standing, stray,
                     lo, at, hi, uncertain, label, received, bytes)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
