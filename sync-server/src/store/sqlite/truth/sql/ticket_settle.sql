UPDATE ticket_states
SET inside = :inside, admitted = :admitted, last_gate = :last_gate, last_at = :last_at
WHERE id = :ticket
