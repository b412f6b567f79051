UPDATE presence
SET arrived = pending, arrived_in = pending_in, arrived_out = pending_out
WHERE scanner = ?1
  AND seen <= ?2
  AND (pending > arrived OR pending_in > arrived_in OR pending_out > arrived_out)
RETURNING door
