-- Changed events; those whose list changed; those whose publication broke off; those whose manifest is half over while
-- the event is not. Not those for which a scanner has shown a newer manifest than ours: it is given back first.
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
ORDER BY e.id
LIMIT :limit
