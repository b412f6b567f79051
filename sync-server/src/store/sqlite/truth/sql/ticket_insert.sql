INSERT INTO ticket_states (door, ticket_key, inside, admitted, last_gate, last_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
