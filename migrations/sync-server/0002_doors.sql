-- The doors: scanners, what they logged, what follows from it, and the manifests they hold.
-- Times are milliseconds since 1970-01-01 UTC. Public ids are blobs; integer ids never leave this database.

-- Events as entries name them. Apart from `events`, because a scanner's log can arrive before the event is known
-- (a server set up anew from its keys), and because nobody may write into another organization's event.
CREATE TABLE doors (
    id             INTEGER PRIMARY KEY,
    organization   INTEGER NOT NULL REFERENCES organizations (id),
    event          BLOB NOT NULL CHECK (length(event) = 16),
    -- Window of the published policy: bounds entries without a time sample. Null until a manifest is in force.
    starts         INTEGER,
    ends           INTEGER,
    -- Counts every change of what dashboards show; the id of live events.
    revision       INTEGER NOT NULL DEFAULT 0,
    -- Publications begun, finished or not.
    round          INTEGER NOT NULL DEFAULT 0,
    -- The highest manifest version any scanner has shown.
    witnessed      INTEGER NOT NULL DEFAULT 0,
    -- A version of which a scanner showed another manifest than ours; null: never.
    equivocation   INTEGER,
    UNIQUE (organization, event)
) STRICT;

CREATE TABLE scanners (
    id             INTEGER PRIMARY KEY,
    scanner        BLOB NOT NULL UNIQUE CHECK (length(scanner) = 16),
    organization   INTEGER NOT NULL REFERENCES organizations (id),
    name           TEXT NOT NULL,
    -- Gate it was registered for, a number within its events; null: none.
    gate           INTEGER,
    -- 1 scan, 2 supervisor
    role           INTEGER NOT NULL CHECK (role IN (1, 2)),
    created        INTEGER NOT NULL,
    -- Ed25519 public key; null until it is enrolled. A scanner never gets another key: a new device is a new scanner.
    public         BLOB CHECK (length(public) = 32),
    -- What kind of device it is, in its own words.
    device         TEXT,
    enrolled       INTEGER,
    -- Serial and exact bytes of the certificate in force, and its last moment.
    serial         INTEGER NOT NULL DEFAULT 0,
    certificate    BLOB,
    certified_to   INTEGER,
    -- Since when it is not trusted any more; null: trusted.
    revoked        INTEGER,
    -- It signed two chains in one feed.
    disputed       INTEGER NOT NULL DEFAULT 0 CHECK (disputed IN (0, 1))
) STRICT;

CREATE INDEX scanners_by_organization ON scanners (organization, name);

-- Events a scanner is or was certified for. Rows stay: what it logged while it was certified remains trusted.
CREATE TABLE scanner_events (
    scanner        INTEGER NOT NULL REFERENCES scanners (id),
    door           INTEGER NOT NULL REFERENCES doors (id),
    -- 1: in the certificate in force
    active         INTEGER NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (scanner, door)
) STRICT, WITHOUT ROWID;

CREATE INDEX scanner_events_by_door ON scanner_events (door);

-- Enrolment invitations. The token itself is only in the code that was shown.
CREATE TABLE invitations (
    -- SHA-256 of the token's 16 bytes.
    token          BLOB PRIMARY KEY CHECK (length(token) = 32),
    scanner        INTEGER NOT NULL REFERENCES scanners (id),
    expires        INTEGER NOT NULL,
    used           INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_by_scanner ON invitations (scanner);

-- Tokens of authenticated scanners; rows go when they expire or their scanner is revoked.
CREATE TABLE device_tokens (
    -- SHA-256 of the token's 32 random bytes.
    token          BLOB PRIMARY KEY CHECK (length(token) = 32),
    scanner        INTEGER NOT NULL REFERENCES scanners (id),
    -- Serial of the certificate it had then; a heartbeat answers with a newer one.
    serial         INTEGER NOT NULL,
    expires        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX device_tokens_by_scanner ON device_tokens (scanner);
CREATE INDEX device_tokens_by_expiry ON device_tokens (expires);

-- The latest heartbeat of each scanner.
CREATE TABLE presence (
    scanner        INTEGER PRIMARY KEY REFERENCES scanners (id),
    seen           INTEGER NOT NULL,
    -- Entries not acknowledged at that time, and people in and out by them …
    pending        INTEGER NOT NULL,
    pending_in     INTEGER NOT NULL,
    pending_out    INTEGER NOT NULL,
    -- … and what has arrived from it since: the difference is reported but not here.
    arrived        INTEGER NOT NULL DEFAULT 0,
    arrived_in     INTEGER NOT NULL DEFAULT 0,
    arrived_out    INTEGER NOT NULL DEFAULT 0,
    -- Server time minus the device's wall clock and half the width of that measurement.
    clock_offset   INTEGER,
    clock_error    INTEGER,
    -- Percent.
    battery        INTEGER,
    software       TEXT NOT NULL,
    door           INTEGER REFERENCES doors (id),
    gate           INTEGER,
    keyset         INTEGER NOT NULL,
    -- Manifest in force there for that door.
    manifest       INTEGER
) STRICT;

CREATE TABLE feeds (
    id             INTEGER PRIMARY KEY,
    feed           BLOB NOT NULL UNIQUE CHECK (length(feed) = 16),
    scanner        INTEGER NOT NULL REFERENCES scanners (id),
    epoch          BLOB NOT NULL CHECK (length(epoch) = 16),
    -- The highest signed head seen, of entries held or not: the cut, should the scanner be revoked.
    witnessed      INTEGER NOT NULL DEFAULT 0,
    witnessed_id   BLOB CHECK (length(witnessed_id) = 32),
    -- Two chains exist: two entries at one place, or one whose `prev` is not the entry held before it.
    forked         INTEGER NOT NULL DEFAULT 0 CHECK (forked IN (0, 1))
) STRICT;

CREATE INDEX feeds_by_scanner ON feeds (scanner);

-- Up to where the feeds of a revoked scanner are trusted: several of one feed each keep the chain that leads to them.
-- Feeds of revoked scanners without a row are not trusted at all.
CREATE TABLE cuts (
    -- Public id of the feed: a cut can be known before its feed is (a server set up anew).
    feed           BLOB NOT NULL CHECK (length(feed) = 16),
    scanner        INTEGER NOT NULL REFERENCES scanners (id),
    seq            INTEGER NOT NULL,
    entry_id       BLOB NOT NULL CHECK (length(entry_id) = 32),
    PRIMARY KEY (feed, seq, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cuts_by_scanner ON cuts (scanner);

-- Runs of places of a feed at which something is held. The run that begins at 1 is what is acknowledged as contiguous.
CREATE TABLE runs (
    feed           INTEGER NOT NULL REFERENCES feeds (id),
    first          INTEGER NOT NULL,
    last           INTEGER NOT NULL,
    PRIMARY KEY (feed, first)
) STRICT, WITHOUT ROWID;

-- Signed heads at which batches for other replicas can end.
CREATE TABLE heads (
    id             INTEGER PRIMARY KEY,
    feed           INTEGER NOT NULL REFERENCES feeds (id),
    seq            INTEGER NOT NULL,
    entry_id       BLOB NOT NULL,
    signed         BLOB NOT NULL,
    UNIQUE (feed, seq, entry_id)
) STRICT;

-- Tickets that anything was logged for, listed or not.
CREATE TABLE ticket_states (
    id             INTEGER PRIMARY KEY,
    door           INTEGER NOT NULL REFERENCES doors (id),
    ticket_key     BLOB NOT NULL CHECK (length(ticket_key) = 16),
    -- Its people inside now, and people ever let in with it.
    inside         INTEGER NOT NULL DEFAULT 0,
    admitted       INTEGER NOT NULL DEFAULT 0,
    -- Gate and time of the latest admission.
    last_gate      INTEGER,
    last_at        INTEGER,
    UNIQUE (door, ticket_key)
) STRICT;

-- Everything the scanners logged. Rows are never deleted; what follows from them (standing, time, label) changes.
CREATE TABLE entries (
    -- Order of arrival.
    id             INTEGER PRIMARY KEY,
    feed           INTEGER NOT NULL REFERENCES feeds (id),
    seq            INTEGER NOT NULL,
    -- Several authentic entries can stand at one place of a forked feed: 0, 1, … in order of arrival.
    branch         INTEGER NOT NULL DEFAULT 0,
    entry_id       BLOB NOT NULL,
    -- The first 4 bytes of `entry_id`: finds targets of undos at a fraction of the cost of an index on the id.
    prefix         INTEGER NOT NULL,
    -- Null where the entry names no event.
    door           INTEGER REFERENCES doors (id),
    -- The ticket it is folded with; for an undo that of its target.
    ticket         INTEGER REFERENCES ticket_states (id),
    kind           INTEGER NOT NULL,
    gate           INTEGER,
    -- 8 bytes as a signed number, and mono likewise.
    boot           INTEGER NOT NULL,
    mono           INTEGER NOT NULL,
    wall           INTEGER NOT NULL,
    -- Whether it counts: 0 yes, 1 yes, but on a second branch, 2 no: above the cut of a revoked scanner
    standing       INTEGER NOT NULL,
    -- 1: its scanner was never certified for the event it names; kept apart from everything
    stray          INTEGER NOT NULL DEFAULT 0 CHECK (stray IN (0, 1)),
    -- 1: its movement does not count because of an undo
    voided         INTEGER NOT NULL DEFAULT 0 CHECK (voided IN (0, 1)),
    -- When it happened (shared::time::Interval).
    lo             INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    hi             INTEGER NOT NULL,
    uncertain      INTEGER NOT NULL CHECK (uncertain IN (0, 1)),
    -- shared::merge::Label; 0 only within the transaction that stores it
    label          INTEGER NOT NULL,
    received       INTEGER NOT NULL,
    -- As received.
    bytes          BLOB NOT NULL,
    UNIQUE (feed, seq, branch)
) STRICT;

CREATE INDEX entries_by_ticket ON entries (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX entries_by_door ON entries (door, id) WHERE door IS NOT NULL;
CREATE INDEX entries_by_prefix ON entries (prefix);

-- What undos name, so that an undo finds a target that arrives after it.
CREATE TABLE undos (
    entry          INTEGER PRIMARY KEY REFERENCES entries (id),
    target         BLOB NOT NULL CHECK (length(target) = 32),
    -- What it leads to through undos of undos: an entry that is none, or one that is not here yet.
    root           BLOB NOT NULL CHECK (length(root) = 32)
) STRICT;

CREATE INDEX undos_by_root ON undos (root);

-- Verified samples of server time.
CREATE TABLE samples (
    entry          INTEGER PRIMARY KEY REFERENCES entries (id),
    feed           INTEGER NOT NULL REFERENCES feeds (id),
    server_ms      INTEGER NOT NULL,
    request        INTEGER NOT NULL,
    response       INTEGER NOT NULL
) STRICT;

CREATE INDEX samples_by_feed ON samples (feed);

-- Projections: sums of bodies that count (shared::occupancy::Sums). Rows of zero are left out.
CREATE TABLE zone_sums (
    door           INTEGER NOT NULL REFERENCES doors (id),
    zone           INTEGER NOT NULL,
    bodies         INTEGER NOT NULL,
    PRIMARY KEY (door, zone)
) STRICT, WITHOUT ROWID;

CREATE TABLE gate_sums (
    door           INTEGER NOT NULL REFERENCES doors (id),
    gate           INTEGER NOT NULL,
    inward         INTEGER NOT NULL,
    outward        INTEGER NOT NULL,
    PRIMARY KEY (door, gate)
) STRICT, WITHOUT ROWID;

CREATE TABLE minute_sums (
    door           INTEGER NOT NULL REFERENCES doors (id),
    -- Whole minutes since 1970-01-01 UTC.
    minute         INTEGER NOT NULL,
    gate           INTEGER NOT NULL,
    inward         INTEGER NOT NULL,
    outward        INTEGER NOT NULL,
    PRIMARY KEY (door, minute, gate)
) STRICT, WITHOUT ROWID;

-- Bodies in doubt, by zone; -1 is the whole venue.
CREATE TABLE doubt_sums (
    door           INTEGER NOT NULL REFERENCES doors (id),
    -- 1 second branch (counted), 2 quarantined (not counted)
    doubt          INTEGER NOT NULL,
    zone           INTEGER NOT NULL,
    inward         INTEGER NOT NULL,
    outward        INTEGER NOT NULL,
    PRIMARY KEY (door, doubt, zone)
) STRICT, WITHOUT ROWID;

-- Entries by scanner, gate (-1: none) and label.
CREATE TABLE tallies (
    door           INTEGER NOT NULL REFERENCES doors (id),
    scanner        INTEGER NOT NULL REFERENCES scanners (id),
    gate           INTEGER NOT NULL,
    label          INTEGER NOT NULL,
    entries        INTEGER NOT NULL,
    PRIMARY KEY (door, scanner, gate, label)
) STRICT, WITHOUT ROWID;

-- Tickets by what became of them.
CREATE TABLE door_counts (
    door           INTEGER PRIMARY KEY REFERENCES doors (id),
    tickets_inside INTEGER NOT NULL,
    tickets_used   INTEGER NOT NULL
) STRICT;

-- Duplicate admissions with their stories. A row goes when later entries show that there was none; notes stay.
CREATE TABLE conflicts (
    -- The entry labelled duplicate.
    entry          INTEGER PRIMARY KEY REFERENCES entries (id),
    door           INTEGER NOT NULL REFERENCES doors (id),
    ticket         INTEGER NOT NULL REFERENCES ticket_states (id),
    -- shared::merge::Story as JSON.
    story          TEXT NOT NULL CHECK (json_valid(story)),
    at             INTEGER NOT NULL,
    -- Of the door, when it appeared or changed.
    revision       INTEGER NOT NULL
) STRICT;

CREATE INDEX conflicts_by_door ON conflicts (door, revision);
CREATE INDEX conflicts_by_ticket ON conflicts (ticket);

-- What people wrote about conflicts.
CREATE TABLE conflict_notes (
    entry          INTEGER PRIMARY KEY REFERENCES entries (id),
    note           TEXT NOT NULL,
    actor          TEXT NOT NULL,
    at             INTEGER NOT NULL
) STRICT;

-- The manifest in force of each event.
CREATE TABLE manifests (
    door           INTEGER PRIMARY KEY REFERENCES doors (id),
    version        INTEGER NOT NULL,
    created        INTEGER NOT NULL,
    expires        INTEGER NOT NULL,
    digest         BLOB NOT NULL CHECK (length(digest) = 16),
    -- Signed header, exact bytes.
    header         BLOB NOT NULL
) STRICT;

-- Its records, exact bytes, with the version that last changed each.
CREATE TABLE manifest_tickets (
    id             INTEGER PRIMARY KEY,
    door           INTEGER NOT NULL REFERENCES doors (id),
    ticket_key     BLOB NOT NULL CHECK (length(ticket_key) = 16),
    version        INTEGER NOT NULL,
    record         BLOB NOT NULL,
    UNIQUE (door, ticket_key)
) STRICT;

CREATE INDEX manifest_tickets_by_version ON manifest_tickets (door, version);

-- Tickets taken up by a publication that is not finished; the next one takes them up again if it broke off.
CREATE TABLE manifest_pending (
    door           INTEGER NOT NULL REFERENCES doors (id),
    -- 0 stands for the event itself: its rules, certificates or revocations.
    ticket         INTEGER NOT NULL,
    -- Which publication took it up last.
    round          INTEGER NOT NULL,
    PRIMARY KEY (door, ticket)
) STRICT, WITHOUT ROWID;

-- A manifest that scanners give back to a server that lost it, until it is whole.
CREATE TABLE refills (
    door           INTEGER PRIMARY KEY REFERENCES doors (id),
    version        INTEGER NOT NULL,
    header         BLOB NOT NULL
) STRICT;

CREATE TABLE refill_buckets (
    door           INTEGER NOT NULL REFERENCES doors (id),
    bucket         INTEGER NOT NULL,
    -- CBOR array of the bucket's records as byte strings; their hash was checked.
    records        BLOB NOT NULL,
    PRIMARY KEY (door, bucket)
) STRICT;
