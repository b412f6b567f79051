-- All numbers of an event, before its lists are written anew.
INSERT OR REPLACE INTO retired_numbers (event, part, number, name)
SELECT event, 1, zone, name FROM zones WHERE event = :event
UNION ALL
SELECT event, 2, gate, name FROM gates WHERE event = :event
UNION ALL
SELECT event, 3, product, name FROM products WHERE event = :event
