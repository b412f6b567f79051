-- What this device recorded that moved people, the latest first.
SELECT entry.feed_ref, feed.id AS feed, feed.scanner, 1 AS own, feed.forked, entry.id, entry.effect, entry.bytes
FROM entry JOIN feed ON feed.ref = entry.feed_ref
WHERE feed.identity_ref IS NOT NULL AND entry.branch = 0 AND entry.kind IN (1, 2, 5)
ORDER BY entry.ref DESC
