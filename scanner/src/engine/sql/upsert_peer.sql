INSERT INTO peer (scanner, public, serial, name, certificate) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (scanner, public) DO UPDATE
SET serial = excluded.serial, name = excluded.name, certificate = excluded.certificate
WHERE excluded.serial >= serial
