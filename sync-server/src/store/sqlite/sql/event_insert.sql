INSERT INTO events (event, organization, name, starts, ends, time_zone, reentry, capacity, list_only, stale_stop,
                    last_entry, max_reentries, retry_window, created)
VALUES (:event, :organization, :name, :starts, :ends, :time_zone, :reentry, :capacity, :list_only, :stale_stop,
        :last_entry, :max_reentries, :retry_window, :created)
