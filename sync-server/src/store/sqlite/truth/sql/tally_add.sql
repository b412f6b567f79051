INSERT INTO tallies (door, scanner, gate, label, entries) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (door, scanner, gate, label) DO UPDATE SET entries = entries + excluded.entries
