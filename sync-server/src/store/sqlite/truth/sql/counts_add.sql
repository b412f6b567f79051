INSERT INTO door_counts (door, tickets_inside, tickets_used) VALUES (?1, ?2, ?3)
ON CONFLICT (door) DO UPDATE
SET tickets_inside = tickets_inside + excluded.tickets_inside, tickets_used = tickets_used + excluded.tickets_used
