-- Any office of an event, also one that another database wrote for.
SELECT 1
FROM scanner_events e
JOIN scanners s ON s.id = e.scanner
WHERE e.door = ?1 AND s.office = 1
