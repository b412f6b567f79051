UPDATE scanners SET public = :public, device = :device, enrolled = :at, vouched = 1 WHERE id = :id
