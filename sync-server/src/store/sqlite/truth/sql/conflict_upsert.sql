INSERT INTO conflicts (entry, door, ticket, story, at, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (entry) DO UPDATE SET story = excluded.story, at = excluded.at, revision = excluded.revision
