SELECT bucket.records
FROM list_bucket JOIN bucket ON bucket.ref = list_bucket.bucket_ref
WHERE list_bucket.list_ref = ?1 AND list_bucket.bucket = ?2
