SELECT boot.boot
FROM entry JOIN boot ON boot.ref = entry.boot_ref
WHERE entry.feed_ref = ?1 AND entry.seq = ?2 AND entry.branch = 0
