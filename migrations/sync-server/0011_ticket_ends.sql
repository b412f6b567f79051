-- Gate and time of a ticket's latest admission were kept and read by nobody; every narrower time was written here again.
ALTER TABLE ticket_states DROP COLUMN last_gate;
ALTER TABLE ticket_states DROP COLUMN last_at;
