SELECT reference, attendee, email
FROM tickets
WHERE event = :event AND secret IS NOT NULL
