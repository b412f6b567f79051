-- Administration: who may do what, which events there are, which tickets were sold, which keys sign.
-- Times are milliseconds since 1970-01-01 UTC unless a column says seconds. Public ids are 16-byte blobs;
-- integer ids are for references inside this database only and never leave it.

-- What this database is. One row.
CREATE TABLE store (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    -- Signed into acknowledgements; a restored database gets another, so that scanners send again.
    store_id     BLOB NOT NULL CHECK (length(store_id) = 16),
    created      INTEGER NOT NULL,
    -- When it was restored from a backup, if it was.
    restored     INTEGER
) STRICT;

CREATE TABLE organizations (
    id           INTEGER PRIMARY KEY,
    organization BLOB NOT NULL UNIQUE CHECK (length(organization) = 16),
    name         TEXT NOT NULL,
    created      INTEGER NOT NULL
) STRICT;

-- People who sign in.
CREATE TABLE users (
    id           INTEGER PRIMARY KEY,
    user         BLOB NOT NULL UNIQUE CHECK (length(user) = 16),
    organization INTEGER NOT NULL REFERENCES organizations (id),
    -- Lower case; unique over all organizations, because it alone is typed at sign-in.
    email        TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    -- 1 admin (everything in the organization), 2 promoter (reads the events granted below)
    role         INTEGER NOT NULL CHECK (role IN (1, 2)),
    -- argon2id, PHC string format.
    password     TEXT NOT NULL,
    created      INTEGER NOT NULL
) STRICT;

CREATE INDEX users_by_organization ON users (organization);

-- Open sessions. The token itself is known only to its holder.
CREATE TABLE sessions (
    -- SHA-256 of the 32 random bytes of the token.
    token        BLOB PRIMARY KEY CHECK (length(token) = 32),
    user         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- 1 cookie (pages; needs the same-origin check), 2 bearer (scripts)
    kind         INTEGER NOT NULL CHECK (kind IN (1, 2)),
    created      INTEGER NOT NULL,
    expires      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user);
CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE events (
    id            INTEGER PRIMARY KEY,
    event         BLOB NOT NULL UNIQUE CHECK (length(event) = 16),
    organization  INTEGER NOT NULL REFERENCES organizations (id),
    name          TEXT NOT NULL,
    starts        INTEGER NOT NULL,
    ends          INTEGER NOT NULL,
    -- IANA name.
    time_zone     TEXT NOT NULL,
    reentry       INTEGER NOT NULL DEFAULT 1 CHECK (reentry IN (0, 1)),
    capacity      INTEGER,
    list_only     INTEGER NOT NULL DEFAULT 0 CHECK (list_only IN (0, 1)),
    -- Seconds after its expiry from which a manifest stops admitting; null: never.
    stale_stop    INTEGER,
    last_entry    INTEGER,
    max_reentries INTEGER,
    -- Milliseconds.
    retry_window  INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    -- Archived events are read-only and left out of lists; nothing is deleted.
    archived      INTEGER,
    -- Name, times, rules, zones, gates or products changed since the last published manifest.
    dirty         INTEGER NOT NULL DEFAULT 1 CHECK (dirty IN (0, 1)),
    CHECK (starts < ends)
) STRICT;

CREATE INDEX events_by_organization ON events (organization, starts);

-- Events a promoter may read.
CREATE TABLE grants (
    user  INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    event INTEGER NOT NULL REFERENCES events (id),
    PRIMARY KEY (user, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE zones (
    event    INTEGER NOT NULL REFERENCES events (id),
    -- Number within the event; entries on scanners refer to it for ever.
    zone     INTEGER NOT NULL,
    name     TEXT NOT NULL,
    capacity INTEGER,
    PRIMARY KEY (event, zone)
) STRICT, WITHOUT ROWID;

CREATE TABLE gates (
    event     INTEGER NOT NULL REFERENCES events (id),
    gate      INTEGER NOT NULL,
    name      TEXT NOT NULL,
    -- Entering leads into this zone …
    zone      INTEGER NOT NULL,
    -- … out of this one; null: from outside.
    from_zone INTEGER,
    -- JSON array of product numbers that may pass; null: all.
    products  TEXT CHECK (products IS NULL OR json_valid(products)),
    PRIMARY KEY (event, gate),
    FOREIGN KEY (event, zone) REFERENCES zones (event, zone),
    FOREIGN KEY (event, from_zone) REFERENCES zones (event, zone)
) STRICT, WITHOUT ROWID;

CREATE TABLE products (
    event   INTEGER NOT NULL REFERENCES events (id),
    product INTEGER NOT NULL,
    name    TEXT NOT NULL,
    -- JSON array of zone numbers it opens; null: all.
    zones   TEXT CHECK (zones IS NULL OR json_valid(zones)),
    PRIMARY KEY (event, product)
) STRICT, WITHOUT ROWID;

-- Signing keys (PROTOCOL.md section 3).
CREATE TABLE keys (
    id           INTEGER PRIMARY KEY,
    -- The first 8 bytes of the public key's hash.
    key          BLOB NOT NULL UNIQUE CHECK (length(key) = 8),
    organization INTEGER NOT NULL REFERENCES organizations (id),
    -- 0 root, 1 ticket, 2 manifest, 3 certificate, 4 server
    role         INTEGER NOT NULL CHECK (role BETWEEN 0 AND 4),
    -- Only with role ticket. The public id, because a key import can come before its event.
    event        BLOB CHECK ((role = 1) = (event IS NOT NULL)),
    public       BLOB NOT NULL CHECK (length(public) = 32),
    -- Ed25519 seed; null: kept offline (root only).
    secret       BLOB CHECK (length(secret) = 32),
    created      INTEGER NOT NULL,
    not_before   INTEGER NOT NULL,
    not_after    INTEGER NOT NULL,
    -- Nothing it ever signed counts any more.
    withdrawn    INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    CHECK (secret IS NOT NULL OR role = 0)
) STRICT;

CREATE INDEX keys_by_organization ON keys (organization, role);

-- Signed keysets, exact bytes; the highest version is in force.
CREATE TABLE keysets (
    organization INTEGER NOT NULL REFERENCES organizations (id),
    version      INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    signed       BLOB NOT NULL,
    PRIMARY KEY (organization, version)
) STRICT;

CREATE TABLE tickets (
    id         INTEGER PRIMARY KEY,
    event      INTEGER NOT NULL REFERENCES events (id),
    -- What devices know the ticket by; also its public id.
    ticket_key BLOB NOT NULL UNIQUE CHECK (length(ticket_key) = 16),
    -- Secret of a code of ours; null for opaque codes and for tickets refilled from a scanner's manifest.
    secret     BLOB CHECK (length(secret) = 16),
    -- Another vendor's code as printed; kept on the server only, so that it can be printed again.
    opaque     TEXT,
    -- Three facts that do not overwrite each other: an unblocked unpaid ticket is still unpaid.
    canceled   INTEGER NOT NULL DEFAULT 0 CHECK (canceled IN (0, 1)),
    blocked    INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1)),
    unpaid     INTEGER NOT NULL DEFAULT 0 CHECK (unpaid IN (0, 1)),
    -- What the manifest says: 0 valid, 1 canceled, 2 blocked, 3 unpaid.
    state      INTEGER NOT NULL GENERATED ALWAYS AS
                   (CASE WHEN canceled THEN 1 WHEN blocked THEN 2 WHEN unpaid THEN 3 ELSE 0 END) VIRTUAL,
    -- Why it was canceled or blocked, in an administrator's words.
    reason     TEXT,
    -- Rises on reissue; codes of lower generations are revoked.
    generation INTEGER NOT NULL DEFAULT 1,
    product    INTEGER NOT NULL,
    admits     INTEGER NOT NULL DEFAULT 1,
    -- Seconds since 1970-01-01 UTC.
    not_before INTEGER,
    not_after  INTEGER,
    attendee   TEXT,
    note       TEXT,
    email      TEXT,
    -- The seller's own number (order, position).
    reference  TEXT,
    -- Attendee name and note as scanners get them (PROTOCOL.md section 5), made when they change so that
    -- an unchanged ticket is the same bytes in every manifest.
    sealed     BLOB,
    created    INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    -- Changed since the last published manifest.
    dirty      INTEGER NOT NULL DEFAULT 1 CHECK (dirty IN (0, 1))
) STRICT;

CREATE INDEX tickets_by_event ON tickets (event, id);
CREATE INDEX tickets_dirty ON tickets (event) WHERE dirty = 1;
CREATE INDEX tickets_by_reference ON tickets (event, reference) WHERE reference IS NOT NULL;

-- Every administrative act. Rows are never changed.
CREATE TABLE audit (
    id           INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    organization INTEGER NOT NULL REFERENCES organizations (id),
    -- Public id of who did it; null: the command line on the server itself.
    user         BLOB,
    -- Their e-mail address at that time, or "command line".
    actor        TEXT NOT NULL,
    -- IP address it came from; null: the command line.
    address      TEXT,
    -- What was done, as "ticket.block".
    action       TEXT NOT NULL,
    -- What it was done to, as a public id.
    subject      TEXT,
    -- Facts needed to understand it later, JSON; never secrets or codes.
    detail       TEXT CHECK (detail IS NULL OR json_valid(detail))
) STRICT;

CREATE INDEX audit_by_organization ON audit (organization, id);
