UPDATE entries
SET standing = ?2, lo = ?3, at = ?4, hi = ?5, uncertain = ?6
WHERE id = ?1
