-- What the backup had not published yet is put with the publications that broke off: what is dirty from now on was changed
-- since the restore.
INSERT OR IGNORE INTO manifest_pending (door, ticket, round)
SELECT d.id, t.id, 0
FROM tickets t
JOIN events e ON e.id = t.event
JOIN doors d ON d.organization = e.organization AND d.event = e.event
WHERE t.dirty = 1
