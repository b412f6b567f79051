-- Entries and exits of tickets whose key begins so; refusals move nobody.
SELECT entry.feed_ref, feed.id AS feed, feed.scanner, feed.identity_ref IS NOT NULL AS own, feed.forked,
       entry.id, entry.effect, entry.bytes
FROM entry JOIN feed ON feed.ref = entry.feed_ref
WHERE entry.ticket = ?1 AND entry.kind IN (1, 2)
