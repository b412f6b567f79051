INSERT INTO doubt_sums (door, doubt, zone, inward, outward) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (door, doubt, zone) DO UPDATE SET inward = inward + excluded.inward, outward = outward + excluded.outward
