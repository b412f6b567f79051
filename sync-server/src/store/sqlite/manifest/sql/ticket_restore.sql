INSERT INTO tickets (event, ticket_key, canceled, blocked, unpaid, generation, product, admits, not_before, not_after,
                     sealed, created, changed, dirty)
VALUES (:event, :ticket_key, :canceled, :blocked, :unpaid, :generation, :product, :admits, :not_before, :not_after,
        :sealed, :at, :at, :dirty)
ON CONFLICT (ticket_key) DO UPDATE
SET canceled = excluded.canceled, blocked = excluded.blocked, unpaid = excluded.unpaid,
    generation = excluded.generation, product = excluded.product, admits = excluded.admits,
    not_before = excluded.not_before, not_after = excluded.not_after, sealed = excluded.sealed,
    changed = excluded.changed, dirty = excluded.dirty
WHERE event = excluded.event
