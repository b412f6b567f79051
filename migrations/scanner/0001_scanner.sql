-- A scanner's database, schema 1. Ids are stored as their bytes. Times are ms since 1970 UTC, as text has no place here.
-- Integer references keep indexes small: a feed is 16 bytes, a ticket 16, an entry 32; their `ref` is one to four.

-- One row: what the device is set to.
CREATE TABLE device (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL,          -- rises with every change of identity, keyset, settings or list in force: engines then read those again
    feed_ref INTEGER REFERENCES feed,   -- the feed being written; absent before enrolment
    event BLOB,                         -- event in use; absent: the certificate's only one
    gate INTEGER,                       -- gate in use; absent: the certificate's, or the event's only one
    direction INTEGER NOT NULL,         -- 1 entry, 2 exit
    operator TEXT,                      -- who stands at the door
    store BLOB,                         -- the server database that answered last; another one means sending everything again
    acknowledged INTEGER                -- server time of the last acknowledgement
) STRICT;

-- Keys this device made, with what the server certified of them. Former ones still sign the heads of their feeds.
CREATE TABLE identity (
    ref INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,             -- 0 waits to be certified, 1 in use, 2 former
    secret BLOB NOT NULL,               -- Ed25519 seed, 32 bytes: the reason why the file is readable by its owner only
    public BLOB NOT NULL,               -- 32 bytes
    scanner BLOB,
    organization BLOB,
    organization_name TEXT,
    server TEXT,                        -- address
    root BLOB,                          -- root public key, 32 bytes; its fingerprint was checked against the invitation
    keyset BLOB,                        -- signed bytes of the keyset in force
    certificate BLOB,                   -- signed bytes
    enrolled INTEGER
) STRICT;
CREATE UNIQUE INDEX identity_state ON identity (state) WHERE state < 2;

-- Chains of entries, this device's and others'.
CREATE TABLE feed (
    ref INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    scanner BLOB NOT NULL,
    epoch BLOB NOT NULL,
    identity_ref INTEGER REFERENCES identity, -- the key that writes it; absent for others' feeds
    contiguous INTEGER NOT NULL,        -- last seq below which nothing is missing here; the tip, for the feed being written
    contiguous_id BLOB,                 -- id of the entry there; absent at 0
    forked INTEGER NOT NULL DEFAULT 0   -- 1: two authentic entries for one place exist
) STRICT;
CREATE INDEX feed_own ON feed (identity_ref) WHERE identity_ref IS NOT NULL;

-- Boots of devices: times of one boot share a monotonic clock.
CREATE TABLE boot (
    ref INTEGER PRIMARY KEY,
    feed_ref INTEGER NOT NULL REFERENCES feed,
    boot BLOB NOT NULL,
    first INTEGER NOT NULL,             -- lowest and
    last INTEGER NOT NULL,              -- highest seq held of it; since schema 2, 2^63 - 1 while this device writes it
    UNIQUE (feed_ref, boot)
) STRICT;

-- Tickets that were ever shown anywhere. A key says nothing about the ticket's secret.
CREATE TABLE ticket (
    ref INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE
) STRICT;

-- Log entries. What a ticket's state is, follows from its rows: entry and ticket state are one commit by construction.
CREATE TABLE entry (
    ref INTEGER PRIMARY KEY,
    feed_ref INTEGER NOT NULL REFERENCES feed,
    seq INTEGER NOT NULL,
    branch INTEGER NOT NULL,            -- 0 the first that came here for this place, 1 and up: others (a fork)
    id BLOB NOT NULL,                   -- tells a repeat from a fork, and damaged bytes from sound ones
    prefix INTEGER NOT NULL,            -- first 8 bytes of id, big-endian: what people and undos find it by
    boot_ref INTEGER NOT NULL REFERENCES boot,
    kind INTEGER NOT NULL,              -- as understood: 0 boot, 1 entry, 2 exit, 3 refuse, 4 undo, 5 count, 6 time; 255 not understood
    ticket_ref INTEGER REFERENCES ticket, -- of entry, exit and refuse; an undo belongs to what it leads to
    target INTEGER,                     -- of an undo: first 8 bytes of the id it voids
    effect INTEGER NOT NULL,            -- people moved into the zone, signed; an undo moves its target's back
    bytes BLOB NOT NULL,                -- exact bytes, as signed and forwarded
    UNIQUE (feed_ref, seq, branch)
) STRICT;
CREATE INDEX entry_ticket ON entry (ticket_ref, kind) WHERE ticket_ref IS NOT NULL;
CREATE INDEX entry_prefix ON entry (prefix) WHERE kind IN (1, 2, 4, 5);
CREATE INDEX entry_target ON entry (target) WHERE target IS NOT NULL;

-- Signed heads of others' feeds: with them their entries can be passed on. Own heads are signed when needed.
CREATE TABLE head (
    ref INTEGER PRIMARY KEY,
    feed_ref INTEGER NOT NULL REFERENCES feed,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (feed_ref, seq, id)
) STRICT;

-- Time samples, taken out of `time` entries.
CREATE TABLE sample (
    entry_ref INTEGER PRIMARY KEY REFERENCES entry,
    boot_ref INTEGER NOT NULL REFERENCES boot,
    request INTEGER NOT NULL,           -- mono at asking (ms)
    response INTEGER NOT NULL,          -- mono at receipt (ms)
    server INTEGER                      -- server time (ms); absent while no keyset here vouches for it
) STRICT;
CREATE INDEX sample_boot ON sample (boot_ref);

-- How far the server keeps the feeds this device writes.
CREATE TABLE ack (
    feed_ref INTEGER PRIMARY KEY REFERENCES feed,
    store BLOB NOT NULL,                -- which server database said so
    contiguous INTEGER NOT NULL,        -- everything up to here is kept
    witnessed INTEGER NOT NULL,         -- highest seq it has seen
    missing BLOB NOT NULL               -- gaps between, CBOR [[from, to], …]
) STRICT;

-- Entries that are damaged here or were refused elsewhere. They never hold up the others.
CREATE TABLE trouble (
    ref INTEGER PRIMARY KEY,
    feed BLOB NOT NULL,
    seq INTEGER NOT NULL,               -- 0: a whole batch
    reason TEXT NOT NULL,               -- stable name
    detail TEXT NOT NULL,               -- for people
    at INTEGER NOT NULL,                -- wall clock
    tries INTEGER NOT NULL,             -- how often it was refused
    UNIQUE (feed, seq)
) STRICT;

-- Scanners that manifests name: whose heads to believe, and their names.
CREATE TABLE peer (
    ref INTEGER PRIMARY KEY,
    scanner BLOB NOT NULL,
    public BLOB NOT NULL,               -- 32 bytes
    serial INTEGER NOT NULL,
    name TEXT NOT NULL,
    certificate BLOB NOT NULL,          -- signed bytes, verified when they came
    UNIQUE (scanner, public)
) STRICT;

-- Ticket lists: signed headers, in force or being fetched.
CREATE TABLE list (
    ref INTEGER PRIMARY KEY,
    event BLOB NOT NULL,
    version INTEGER NOT NULL,
    digest BLOB NOT NULL,
    header BLOB NOT NULL,               -- signed bytes, verified when they came
    state INTEGER NOT NULL              -- 0 being fetched, 1 in force, 2 to be cleared away
) STRICT;
CREATE UNIQUE INDEX list_state ON list (event, state) WHERE state < 2;

-- Parts of ticket lists, found by the hash the header signs: a part that did not change is shared by both versions, and
-- a download that broke off goes on where it was. One row holds about 512 tickets whatever the size of the list.
CREATE TABLE bucket (
    ref INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    records BLOB NOT NULL               -- the exact records one after the other, in rising ticket key
) STRICT;

-- Which parts a list has.
CREATE TABLE list_bucket (
    list_ref INTEGER NOT NULL REFERENCES list,
    bucket INTEGER NOT NULL,            -- position
    bucket_ref INTEGER NOT NULL REFERENCES bucket,
    PRIMARY KEY (list_ref, bucket)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_bucket_ref ON list_bucket (bucket_ref);

-- Answers of the last seconds: the same code again is the same scan, also after a restart.
CREATE TABLE recent (
    digest BLOB PRIMARY KEY,            -- keyed hash of code, event, gate, direction and number of people
    ticket BLOB,                        -- ticket key, where the code named one: a newer entry for it ends the repeat
    entry BLOB NOT NULL,                -- the entry that was written; undoing it ends the repeat
    boot BLOB NOT NULL,
    mono INTEGER NOT NULL,              -- when (ms since that boot)
    answer TEXT NOT NULL                -- JSON
) STRICT;

INSERT INTO device (one, revision, direction) VALUES (1, 1, 1);
