SELECT u.root
FROM undos u
JOIN entries e ON e.id = u.entry
JOIN feeds f ON f.id = e.feed
JOIN scanners s ON s.id = f.scanner
WHERE u.entry = :entry
  AND s.organization = :organization
