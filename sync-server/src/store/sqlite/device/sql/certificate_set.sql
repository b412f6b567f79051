UPDATE scanners SET serial = :serial, certificate = :certificate, certified_to = :until WHERE id = :id
