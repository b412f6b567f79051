INSERT INTO doors (organization, event)
SELECT e.organization, e.event
FROM events e
WHERE NOT EXISTS (SELECT 1 FROM doors d WHERE d.organization = e.organization AND d.event = e.event)
