INSERT INTO entries (feed, seq, branch, entry_id, prefix, door, ticket, kind, gate, boot, mono, wall, standing, stray,
                     lo, at, hi, uncertain, label, received, bytes)
VALUES (:feed, :seq, :branch, :entry_id, :prefix, :door, :ticket, :kind, :gate, :boot, :mono, :wall, :standing, :stray,
        :lo, :at, :hi, :uncertain, 0, :received, :bytes)
