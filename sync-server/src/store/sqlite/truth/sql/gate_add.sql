INSERT INTO gate_sums (door, gate, inward, outward) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (door, gate) DO UPDATE SET inward = inward + excluded.inward, outward = outward + excluded.outward
