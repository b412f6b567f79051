UPDATE tickets
SET opaque = coalesce(opaque, :opaque), unpaid = :unpaid, product = :product, admits = :admits, not_before = :not_before, not_after = :not_after,
    attendee = :attendee, note = :note, email = :email, reference = :reference, sealed = :sealed, changed = :at,
    dirty = 1
WHERE ticket_key = :ticket_key AND event = :event
