SELECT s.id, s.scanner, s.name, s.gate, s.role, s.created, s.device, s.enrolled, s.certified_to, s.revoked, s.disputed,
       p.seen, p.pending, p.pending_in, p.pending_out, p.arrived, p.arrived_in, p.arrived_out,
       p.clock_offset, p.clock_error, p.battery, p.software, p.gate AS present_gate, p.manifest, d.event
FROM scanners s
JOIN organizations o ON o.id = s.organization
LEFT JOIN presence p ON p.scanner = s.id
LEFT JOIN doors d ON d.id = p.door
WHERE o.organization = :organization
  AND s.office = 0
  AND (:scanner IS NULL OR s.scanner = :scanner)
  AND (:promoter IS NULL
       OR EXISTS (SELECT 1
                  FROM scanner_events se
                  JOIN doors sd ON sd.id = se.door
                  JOIN events e ON e.event = sd.event AND e.organization = o.id
                  JOIN grants g ON g.event = e.id
                  JOIN users u ON u.id = g.user
                  WHERE se.scanner = s.id AND u.user = :promoter))
ORDER BY s.name, s.id
