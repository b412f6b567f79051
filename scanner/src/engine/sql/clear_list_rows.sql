DELETE FROM list_bucket
WHERE (list_ref, bucket) IN (
    SELECT part.list_ref, part.bucket
    FROM list JOIN list_bucket AS part ON part.list_ref = list.ref
    WHERE list.state = 2
    LIMIT ?1
)
