-- Alarms of fullness, and what the live page needs to tell of notes. Times are milliseconds since 1970-01-01 UTC.

-- From which share of a capacity, in per cent, an alarm is raised. No part of the policy: scanners do not ask for it.
ALTER TABLE events ADD COLUMN alarm_warning INTEGER NOT NULL DEFAULT 80 CHECK (alarm_warning BETWEEN 1 AND 99);
ALTER TABLE events ADD COLUMN alarm_danger INTEGER NOT NULL DEFAULT 95 CHECK (alarm_danger BETWEEN 2 AND 100);

-- Alarms as they were raised. When one rises, it ends and another begins, which nobody has acknowledged.
CREATE TABLE alarms (
    id           INTEGER PRIMARY KEY,
    event        INTEGER NOT NULL REFERENCES events (id),
    -- Which zone; null: the whole venue.
    zone         INTEGER,
    -- 1 warning, 2 danger, 3 over capacity: when it was raised, and where it stands since.
    level        INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3),
    standing     INTEGER NOT NULL CHECK (standing BETWEEN 1 AND 3),
    raised       INTEGER NOT NULL,
    -- Most people there could be at that moment, and people allowed.
    people       INTEGER NOT NULL,
    capacity     INTEGER NOT NULL,
    -- When it fell below, or rose to the next; null: it stands.
    ended        INTEGER,
    -- When somebody acknowledged it, and their e-mail address; null: nobody did.
    acknowledged INTEGER,
    actor        TEXT,
    CHECK ((acknowledged IS NULL) = (actor IS NULL))
) STRICT;

CREATE INDEX alarms_by_event ON alarms (event, id);
-- One place has one alarm at a time.
CREATE UNIQUE INDEX alarms_standing ON alarms (event, coalesce(zone, -1)) WHERE ended IS NULL;

-- Revision of the door when a note was written last; 0: never. Dashboards are told of it, and the order of conflicts stays.
ALTER TABLE conflicts ADD COLUMN noted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conflicts_by_note ON conflicts (door, noted) WHERE noted > 0;
