-- Parts of the new list that are not parts of the one in force.
SELECT count(*)
FROM list_bucket
WHERE list_ref = ?1
  AND bucket_ref NOT IN (
      SELECT part.bucket_ref
      FROM list JOIN list_bucket AS part ON part.list_ref = list.ref
      WHERE list.event = ?2 AND list.state = 1
  )
