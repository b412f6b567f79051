INSERT INTO manifest_tickets (door, ticket_key, version, record) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (door, ticket_key) DO UPDATE SET version = excluded.version, record = excluded.record
