UPDATE entries
SET standing = :standing, lo = :lo, at = :at, hi = :hi, uncertain = :uncertain
WHERE id = :id
