-- People counted by hand at the office: entries like a scanner's, in feeds of the server's own.

-- 1: no device but a server, for counting by hand (its id says so, PROTOCOL.md section 6). It is in no list of scanners, is
-- never silent, never waited for, and signs in nowhere.
ALTER TABLE scanners ADD COLUMN office INTEGER NOT NULL DEFAULT 0 CHECK (office IN (0, 1));

-- Offices this database writes for. One that it knows by its certificate only (after a restore) has no row.
CREATE TABLE offices (
    scanner        INTEGER PRIMARY KEY REFERENCES scanners (id),
    door           INTEGER NOT NULL REFERENCES doors (id),
    -- Ed25519 seed.
    secret         BLOB NOT NULL CHECK (length(secret) = 32)
) STRICT;

CREATE INDEX offices_by_door ON offices (door);

-- Which entry a count became, by the id its sender gave it: sent once more, it counts once.
CREATE TABLE hand_counts (
    door           INTEGER NOT NULL REFERENCES doors (id),
    request        BLOB NOT NULL CHECK (length(request) = 16),
    entry          INTEGER NOT NULL REFERENCES entries (id),
    PRIMARY KEY (door, request)
) STRICT, WITHOUT ROWID;

-- The few entries that count people without tickets (kind 5), for their list.
CREATE INDEX entries_counted ON entries (door, id) WHERE kind = 5;

-- Every list names an office from now on, so that scanners know it before anybody counts.
UPDATE events SET dirty = 1 WHERE archived IS NULL;
