-- From the latest boot downwards; of each sampled one only its highest entry below ?2 is looked at.
SELECT boot.boot, entry.bytes
FROM boot
JOIN entry ON entry.ref = (
    SELECT below.ref FROM entry AS below
    WHERE below.feed_ref = ?1 AND below.seq < ?2 AND below.seq <= min(?3, boot.last) AND below.boot_ref = boot.ref
    ORDER BY below.seq DESC, below.id LIMIT 1
)
WHERE boot.feed_ref = ?1 AND boot.first < ?2 AND boot.first <= ?3
  AND EXISTS (SELECT 1 FROM sample WHERE sample.boot_ref = boot.ref AND sample.server IS NOT NULL)
ORDER BY entry.seq DESC
LIMIT 1
