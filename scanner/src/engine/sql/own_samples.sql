SELECT entry.seq, sample.request, sample.response, sample.server
FROM boot
JOIN feed ON feed.ref = boot.feed_ref AND feed.identity_ref IS NOT NULL
JOIN sample ON sample.boot_ref = boot.ref
JOIN entry ON entry.ref = sample.entry_ref
WHERE boot.boot = ?1 AND sample.server IS NOT NULL
