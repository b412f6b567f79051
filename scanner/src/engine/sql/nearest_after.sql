-- From the earliest boot upwards; of each sampled one only its lowest entry above ?2 is looked at.
SELECT boot.boot, entry.bytes
FROM boot
JOIN entry ON entry.ref = (
    SELECT above.ref FROM entry AS above
    WHERE above.feed_ref = ?1 AND above.seq > ?2 AND above.seq >= boot.first AND above.seq <= ?3
      AND above.boot_ref = boot.ref
    ORDER BY above.seq, above.id LIMIT 1
)
WHERE boot.feed_ref = ?1 AND boot.last > ?2
  AND EXISTS (SELECT 1 FROM sample WHERE sample.boot_ref = boot.ref AND sample.server IS NOT NULL)
ORDER BY entry.seq
LIMIT 1
