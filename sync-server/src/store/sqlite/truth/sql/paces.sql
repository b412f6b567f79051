-- What each scanner did since a moment, of the latest arrivals: labels 1 to 6 passed, 7 was refused (shared::merge::Label).
SELECT s.scanner,
       sum(e.label BETWEEN 1 AND 6) AS passed,
       sum(e.label = 7) AS refused
FROM (SELECT feed, label, at FROM entries WHERE door = :door ORDER BY id DESC LIMIT :limit) e
JOIN feeds f ON f.id = e.feed
JOIN scanners s ON s.id = f.scanner
WHERE e.at >= :since AND s.office = 0
GROUP BY s.id
