-- Numbers of one event that were borne once, or that anything logged names: 1 zone, 2 gate, 3 product. The name of what
-- bore it last, if that is known; entries of scanners that know more than this database name things it never had.
SELECT part, number, name FROM retired_numbers WHERE event = :event
UNION ALL
SELECT 1, z.zone, NULL
FROM events e JOIN doors d ON d.organization = e.organization AND d.event = e.event JOIN zone_sums z ON z.door = d.id
WHERE e.id = :event
UNION ALL
SELECT 1, a.zone, NULL FROM alarms a WHERE a.event = :event AND a.zone IS NOT NULL
UNION ALL
SELECT 2, t.gate, NULL
FROM events e JOIN doors d ON d.organization = e.organization AND d.event = e.event JOIN tallies t ON t.door = d.id
WHERE e.id = :event AND t.gate >= 0
