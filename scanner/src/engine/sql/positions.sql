SELECT ref, id, contiguous, contiguous_id,
       forked OR EXISTS (SELECT 1 FROM entry WHERE entry.feed_ref = feed.ref AND entry.seq > feed.contiguous) AS parted
FROM feed
ORDER BY identity_ref IS NULL, ref DESC
LIMIT ?1
