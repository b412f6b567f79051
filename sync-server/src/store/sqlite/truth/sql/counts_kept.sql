SELECT 'tickets inside' AS what, tickets_inside AS number FROM door_counts WHERE door = ?1
UNION ALL
SELECT 'tickets used', tickets_used FROM door_counts WHERE door = ?1
