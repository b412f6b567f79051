SELECT d.held, d.heard, d.witnessed > coalesce(m.version, 0) AS newer
FROM doors d
LEFT JOIN manifests m ON m.door = d.id
WHERE d.id = ?1 AND d.held IS NOT NULL
