SELECT e.id
FROM undos u
JOIN entries e ON e.id = u.entry
JOIN feeds f ON f.id = e.feed
JOIN scanners s ON s.id = f.scanner
WHERE u.root = :root
  AND s.organization = :organization
