-- Kind 5: people without tickets (shared::entry::kind::COUNT).
SELECT e.id, e.bytes, s.scanner, s.name, s.office, e.lo, e.at, e.hi, e.uncertain, e.standing, e.stray, e.label, e.received
FROM entries e
JOIN feeds f ON f.id = e.feed
JOIN scanners s ON s.id = f.scanner
WHERE e.door = :door
  AND e.kind = 5
  AND (:entry IS NULL OR e.entry_id = :entry)
ORDER BY e.id DESC
LIMIT :limit
