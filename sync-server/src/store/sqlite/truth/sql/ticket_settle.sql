UPDATE ticket_states
SET inside = :inside, admitted = :admitted
WHERE id = :ticket AND (inside <> :inside OR admitted <> :admitted)
