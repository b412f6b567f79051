UPDATE events
SET name = :name, starts = :starts, ends = :ends, time_zone = :time_zone, reentry = :reentry, capacity = :capacity,
    list_only = :list_only, stale_stop = :stale_stop, last_entry = :last_entry, max_reentries = :max_reentries,
    retry_window = :retry_window, dirty = 1
WHERE id = :id
