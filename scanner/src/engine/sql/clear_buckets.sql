DELETE FROM bucket
WHERE ref IN (
    SELECT bucket.ref FROM bucket
    WHERE NOT EXISTS (SELECT 1 FROM list_bucket WHERE list_bucket.bucket_ref = bucket.ref)
    LIMIT ?1
)
