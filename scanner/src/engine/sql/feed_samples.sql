SELECT entry.seq, sample.request, sample.response, sample.server
FROM boot
JOIN sample ON sample.boot_ref = boot.ref
JOIN entry ON entry.ref = sample.entry_ref
WHERE boot.feed_ref = ?1 AND boot.boot = ?2 AND entry.seq <= ?3 AND sample.server IS NOT NULL
