UPDATE presence
SET arrived = arrived + ?2, arrived_in = arrived_in + ?3, arrived_out = arrived_out + ?4
WHERE scanner = ?1
