SELECT u.root
FROM entries e
JOIN undos u ON u.entry = e.id
JOIN feeds f ON f.id = e.feed
JOIN scanners s ON s.id = f.scanner
WHERE e.prefix = :prefix
  AND e.entry_id = :id
  AND s.organization = :organization
