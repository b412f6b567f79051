SELECT 'tickets inside' AS what, count(*) AS number FROM ticket_states WHERE door = ?1 AND inside > 0
UNION ALL
SELECT 'tickets used', count(*) FROM ticket_states WHERE door = ?1 AND admitted > 0
