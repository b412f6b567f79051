-- Entries of events their scanner is not certified for are few, and every picture of an event counts them.
CREATE INDEX entries_by_stray_door ON entries (door) WHERE stray = 1;
