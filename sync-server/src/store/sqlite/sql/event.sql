SELECT e.id, e.event, o.organization, e.name, e.starts, e.ends, e.time_zone, e.reentry, e.capacity, e.list_only,
       e.stale_stop, e.last_entry, e.max_reentries, e.retry_window, e.created, e.archived,
       e.alarm_warning, e.alarm_danger
FROM events e
JOIN organizations o ON o.id = e.organization
WHERE e.id = :id
