-- CROSS JOIN keeps this order: own feeds are few, samples of all feeds are not.
SELECT entry.seq, sample.request, sample.response, sample.server
FROM feed
CROSS JOIN boot ON boot.feed_ref = feed.ref AND boot.boot = ?1
CROSS JOIN sample ON sample.boot_ref = boot.ref
CROSS JOIN entry ON entry.ref = sample.entry_ref
WHERE feed.identity_ref IS NOT NULL AND sample.server IS NOT NULL
