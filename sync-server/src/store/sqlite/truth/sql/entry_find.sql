-- The row of the entry with this id: block by block (migration 0009), the latest first, as undos mostly name what was just done.
WITH RECURSIVE block (number) AS (
    SELECT max(id) >> 16 FROM entries
    UNION ALL
    SELECT number - 1 FROM block WHERE number > 0
)
SELECT e.id
FROM block
CROSS JOIN entries e ON (e.id >> 16) = block.number AND e.prefix = :prefix
WHERE e.entry_id = :id
LIMIT 1
