SELECT format('entries of scanner %d at gate %d, label %d', f.scanner, coalesce(e.gate, -1), e.label) AS what, count(*) AS number
FROM entries e JOIN feeds f ON f.id = e.feed WHERE e.door = ?1
GROUP BY f.scanner, coalesce(e.gate, -1), e.label
