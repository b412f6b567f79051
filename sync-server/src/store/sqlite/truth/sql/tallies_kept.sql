SELECT format('entries of scanner %d at gate %d, label %d', scanner, gate, label) AS what, entries AS number
FROM tallies WHERE door = ?1
