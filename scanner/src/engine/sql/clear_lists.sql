DELETE FROM list
WHERE state = 2
  AND NOT EXISTS (SELECT 1 FROM list_bucket WHERE list_bucket.list_ref = list.ref)
