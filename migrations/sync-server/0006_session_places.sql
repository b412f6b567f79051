-- Where a session was begun, so that its owner can tell it from others.

-- IP address as text; null for sessions begun before this was kept.
ALTER TABLE sessions ADD COLUMN address TEXT;
