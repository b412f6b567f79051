-- Tickets by product: those that may come (valid, or there already) and those that came.
SELECT t.product, count(*) AS expected, count(s.id) AS arrived
FROM tickets t
LEFT JOIN ticket_states s ON s.door = :door AND s.ticket_key = t.ticket_key AND s.admitted > 0
WHERE t.event = :event AND (t.state = 0 OR s.id IS NOT NULL)
GROUP BY t.product
ORDER BY t.product
