INSERT INTO presence (scanner, seen, pending, pending_in, pending_out, clock_offset, clock_error, battery, software, door,
                      gate, keyset, manifest)
VALUES (:scanner, :seen, :pending, :pending_in, :pending_out, :clock_offset, :clock_error, :battery, :software, :door,
        :gate, :keyset, :manifest)
ON CONFLICT (scanner) DO UPDATE
SET seen = excluded.seen, pending = excluded.pending, pending_in = excluded.pending_in,
    pending_out = excluded.pending_out, arrived = 0, arrived_in = 0, arrived_out = 0,
    clock_offset = excluded.clock_offset, clock_error = excluded.clock_error, battery = excluded.battery,
    software = excluded.software, door = excluded.door, gate = excluded.gate, keyset = excluded.keyset,
    manifest = excluded.manifest
