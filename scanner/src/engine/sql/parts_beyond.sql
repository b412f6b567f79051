-- Parts of one list that are not parts of another.
SELECT bucket.records
FROM list_bucket JOIN bucket ON bucket.ref = list_bucket.bucket_ref
WHERE list_bucket.list_ref = :list
  AND list_bucket.bucket_ref NOT IN (SELECT bucket_ref FROM list_bucket WHERE list_ref = :other)
