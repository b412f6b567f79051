UPDATE tickets
SET canceled = :canceled, blocked = :blocked, unpaid = :unpaid, reason = :reason, generation = :generation,
    product = :product, admits = :admits, not_before = :not_before, not_after = :not_after, attendee = :attendee,
    note = :note, email = :email, reference = :reference, sealed = :sealed, changed = :at, dirty = 1
WHERE id = :id
