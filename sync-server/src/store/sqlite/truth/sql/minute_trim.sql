DELETE FROM minute_sums WHERE door = ?1 AND minute = ?2 AND gate = ?3 AND inward = 0 AND outward = 0
