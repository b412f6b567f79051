UPDATE scanners SET public = :public, device = :device, enrolled = :at WHERE id = :id
