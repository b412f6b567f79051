DELETE FROM gate_sums WHERE door = ?1 AND gate = ?2 AND inward = 0 AND outward = 0
