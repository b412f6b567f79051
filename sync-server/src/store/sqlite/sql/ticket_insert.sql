INSERT INTO tickets (event, ticket_key, secret, opaque, unpaid, product, admits, not_before, not_after,
                     attendee, note, email, reference, sealed, created, changed)
VALUES (:event, :ticket_key, :secret, :opaque, :unpaid, :product, :admits, :not_before, :not_after,
        :attendee, :note, :email, :reference, :sealed, :at, :at)
ON CONFLICT (ticket_key) DO NOTHING
