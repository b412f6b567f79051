INSERT INTO minute_sums (door, minute, gate, inward, outward) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (door, minute, gate) DO UPDATE SET inward = inward + excluded.inward, outward = outward + excluded.outward
