INSERT INTO zone_sums (door, zone, bodies) VALUES (?1, ?2, ?3)
ON CONFLICT (door, zone) DO UPDATE SET bodies = bodies + excluded.bodies
