SELECT entry.feed_ref, feed.id AS feed, feed.scanner, feed.identity_ref IS NOT NULL AS own, feed.forked,
       entry.id, entry.effect, entry.bytes,
       feed.identity_ref IS NULL OR coalesce(ack.contiguous, 0) >= entry.seq AS acknowledged
FROM entry
JOIN feed ON feed.ref = entry.feed_ref
LEFT JOIN ack ON ack.feed_ref = feed.ref
WHERE (NOT ?2 OR feed.identity_ref IS NOT NULL)
  AND (?3 OR entry.kind NOT IN (0, 6))
  AND (entry.ticket = ?4 OR entry.target IN (SELECT prefix FROM entry WHERE ticket = ?4 AND kind IN (1, 2)))
ORDER BY entry.ref DESC
LIMIT ?1
