SELECT e.id, e.bytes, s.scanner, s.name, e.lo, e.at, e.hi, e.uncertain, e.standing, e.stray, e.label, e.received
FROM ticket_states t
JOIN entries e ON e.ticket = t.id
JOIN feeds f ON f.id = e.feed
JOIN scanners s ON s.id = f.scanner
WHERE t.door = :door
  AND t.ticket_key = :ticket
  AND e.door = :door
  AND e.id > :after
  AND (:scanner IS NULL OR s.scanner = :scanner)
  AND (:label IS NULL OR e.label = :label)
ORDER BY e.id
LIMIT :limit
