-- Schema 2: a scan's commit writes six pages instead of eleven, because door staff wait for it. A row that each scan would
-- change needs a reason: a boot's end is written when the next boot begins, tickets have no table of their own, and the
-- retry window is one tree. Foreign keys are off while this runs.

-- As before, with the ticket's key in place of a reference.
CREATE TABLE entry_2 (
    ref INTEGER PRIMARY KEY,
    feed_ref INTEGER NOT NULL REFERENCES feed,
    seq INTEGER NOT NULL,
    branch INTEGER NOT NULL,            -- 0 the first that came here for this place, 1 and up: others (a fork)
    id BLOB NOT NULL,                   -- tells a repeat from a fork, and damaged bytes from sound ones
    prefix INTEGER NOT NULL,            -- first 8 bytes of id, big-endian: what people and undos find it by
    boot_ref INTEGER NOT NULL REFERENCES boot,
    kind INTEGER NOT NULL,              -- as understood: 0 boot, 1 entry, 2 exit, 3 refuse, 4 undo, 5 count, 6 time; 255 not understood
    ticket INTEGER,                     -- of entry, exit and refuse: first 8 bytes of the ticket key, big-endian; others may begin so, too
    target INTEGER,                     -- of an undo: first 8 bytes of the id it voids
    effect INTEGER NOT NULL,            -- people moved into the zone, signed; an undo moves its target's back
    bytes BLOB NOT NULL,                -- exact bytes, as signed and forwarded
    UNIQUE (feed_ref, seq, branch)
) STRICT;

-- SQLite has no other way from bytes to a number than by their digits.
INSERT INTO entry_2
SELECT ref, feed_ref, seq, branch, id, prefix, boot_ref, kind,
       (SELECT
            ((instr('0123456789ABCDEF', substr(hex(key), 1, 1)) - 1) << 60) |
            ((instr('0123456789ABCDEF', substr(hex(key), 2, 1)) - 1) << 56) |
            ((instr('0123456789ABCDEF', substr(hex(key), 3, 1)) - 1) << 52) |
            ((instr('0123456789ABCDEF', substr(hex(key), 4, 1)) - 1) << 48) |
            ((instr('0123456789ABCDEF', substr(hex(key), 5, 1)) - 1) << 44) |
            ((instr('0123456789ABCDEF', substr(hex(key), 6, 1)) - 1) << 40) |
            ((instr('0123456789ABCDEF', substr(hex(key), 7, 1)) - 1) << 36) |
            ((instr('0123456789ABCDEF', substr(hex(key), 8, 1)) - 1) << 32) |
            ((instr('0123456789ABCDEF', substr(hex(key), 9, 1)) - 1) << 28) |
            ((instr('0123456789ABCDEF', substr(hex(key), 10, 1)) - 1) << 24) |
            ((instr('0123456789ABCDEF', substr(hex(key), 11, 1)) - 1) << 20) |
            ((instr('0123456789ABCDEF', substr(hex(key), 12, 1)) - 1) << 16) |
            ((instr('0123456789ABCDEF', substr(hex(key), 13, 1)) - 1) << 12) |
            ((instr('0123456789ABCDEF', substr(hex(key), 14, 1)) - 1) << 8) |
            ((instr('0123456789ABCDEF', substr(hex(key), 15, 1)) - 1) << 4) |
            ((instr('0123456789ABCDEF', substr(hex(key), 16, 1)) - 1) << 0)
        FROM ticket WHERE ticket.ref = entry.ticket_ref),
       target, effect, bytes
FROM entry;

DROP TABLE entry;
DROP TABLE ticket;
ALTER TABLE entry_2 RENAME TO entry;
CREATE INDEX entry_ticket ON entry (ticket, kind) WHERE ticket IS NOT NULL;
CREATE INDEX entry_prefix ON entry (prefix) WHERE kind IN (1, 2, 4, 5);
CREATE INDEX entry_target ON entry (target) WHERE target IS NOT NULL;

CREATE TABLE recent_2 (
    digest BLOB PRIMARY KEY,            -- keyed hash of code, event, gate, direction and number of people
    ticket BLOB,                        -- ticket key, where the code named one: a newer entry for it ends the repeat
    entry BLOB NOT NULL,                -- the entry that was written; undoing it ends the repeat
    boot BLOB NOT NULL,
    mono INTEGER NOT NULL,              -- when (ms since that boot)
    answer TEXT NOT NULL                -- JSON
) STRICT, WITHOUT ROWID;
INSERT INTO recent_2 SELECT * FROM recent;
DROP TABLE recent;
ALTER TABLE recent_2 RENAME TO recent;
