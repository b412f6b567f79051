-- What this device recorded; people without those whose entry an undo in force voids.
SELECT coalesce(sum(kind = 1), 0),
       coalesce(sum(effect) FILTER (WHERE kind = 1 AND NOT voided), 0),
       coalesce(sum(kind = 2), 0),
       coalesce(-sum(effect) FILTER (WHERE kind = 2 AND NOT voided), 0),
       coalesce(sum(kind = 3), 0)
FROM (
    SELECT entry.kind, entry.effect,
           entry.kind <> 3 AND EXISTS (
               SELECT 1 FROM entry AS undo
               WHERE undo.target = entry.prefix
                 AND NOT EXISTS (SELECT 1 FROM entry AS again WHERE again.target = undo.prefix)
           ) AS voided
    FROM entry
    WHERE entry.feed_ref IN (SELECT ref FROM feed WHERE identity_ref IS NOT NULL) AND entry.kind IN (1, 2, 3)
)
