SELECT public FROM peer WHERE scanner = ?1
UNION
SELECT public FROM identity WHERE scanner = ?1
