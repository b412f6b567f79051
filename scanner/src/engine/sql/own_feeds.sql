-- Own feeds with what the server database ?2 said of them last.
SELECT feed.ref, feed.id, feed.scanner, feed.epoch, feed.contiguous, feed.contiguous_id, feed.identity_ref, identity.secret,
       ack.contiguous AS acked, ack.witnessed, ack.missing
FROM feed
JOIN identity ON identity.ref = feed.identity_ref AND identity.organization = ?1
LEFT JOIN ack ON ack.feed_ref = feed.ref AND ack.store = ?2
ORDER BY feed.ref
