SELECT entry.feed_ref, feed.id AS feed, feed.scanner, feed.identity_ref IS NOT NULL AS own, feed.forked,
       entry.id, entry.effect, entry.bytes
FROM entry JOIN feed ON feed.ref = entry.feed_ref
WHERE entry.prefix BETWEEN ?1 AND ?2 AND entry.kind IN (1, 2, 4, 5)
LIMIT 16
