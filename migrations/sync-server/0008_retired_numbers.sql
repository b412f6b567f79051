-- Numbers that mean something for ever, also after what bore them is gone.

-- Zones, gates and products that an event had and has no more. Entries, tickets and lists on scanners go on naming them,
-- so their numbers are never given to anything else; what comes back under its own name is the same thing again.
CREATE TABLE retired_numbers (
    event        INTEGER NOT NULL REFERENCES events (id),
    -- 1 zone, 2 gate, 3 product
    part         INTEGER NOT NULL CHECK (part BETWEEN 1 AND 3),
    number       INTEGER NOT NULL,
    -- What it was called last.
    name         TEXT NOT NULL,
    PRIMARY KEY (event, part, number)
) STRICT, WITHOUT ROWID;
