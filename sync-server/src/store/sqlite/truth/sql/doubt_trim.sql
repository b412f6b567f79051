DELETE FROM doubt_sums WHERE door = ?1 AND doubt = ?2 AND zone = ?3 AND inward = 0 AND outward = 0
