SELECT count(DISTINCT feed.ref), count(entry.ref)
FROM feed LEFT JOIN entry ON entry.feed_ref = feed.ref
WHERE feed.identity_ref IS NULL
