SELECT entry.feed_ref, feed.id AS feed, feed.scanner, feed.identity_ref IS NOT NULL AS own, feed.forked,
       entry.id, entry.effect, entry.bytes
FROM entry JOIN feed ON feed.ref = entry.feed_ref
WHERE entry.target = ?1
