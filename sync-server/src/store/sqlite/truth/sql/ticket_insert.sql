INSERT INTO ticket_states (door, ticket_key, inside, admitted) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (door, ticket_key) DO NOTHING
