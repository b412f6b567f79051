-- Changed events; those whose list changed; those whose publication broke off; those whose manifest is half over while
-- the event is not. Not those for which a scanner has shown a newer manifest than ours: it is given back first. And not
-- those that are held back since this database was restored; without any scanner nobody needs a list.
SELECT o.organization, e.event
FROM events e
JOIN organizations o ON o.id = e.organization
LEFT JOIN doors d ON d.organization = e.organization AND d.event = e.event
LEFT JOIN manifests m ON m.door = d.id
WHERE e.archived IS NULL
  AND coalesce(d.witnessed, 0) <= coalesce(m.version, 0)
  AND (e.dirty = 1
       OR EXISTS (SELECT 1 FROM tickets t WHERE t.event = e.id AND t.dirty = 1)
       OR EXISTS (SELECT 1 FROM manifest_pending p WHERE p.door = d.id)
       OR (m.door IS NOT NULL
           AND :now > m.created + (m.expires - m.created) / 2
           AND :now < e.ends + 86400000))
  AND (d.held IS NULL
       OR (EXISTS (SELECT 1 FROM hold_reports r WHERE r.door = d.id)
           AND (d.heard + :grace <= :now
                OR NOT EXISTS (SELECT 1
                               FROM scanners s
                               JOIN scanner_events a ON a.scanner = s.id
                               WHERE a.door = d.id AND a.active = 1 AND s.public IS NOT NULL AND s.revoked IS NULL
                                 AND s.office = 0
                                 AND NOT EXISTS (SELECT 1 FROM hold_reports r
                                                 WHERE r.door = d.id AND r.scanner = s.id)))))
ORDER BY e.id
LIMIT :limit
