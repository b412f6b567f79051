INSERT INTO scanners (scanner, organization, name, gate, role, created, public, enrolled, serial, certificate, certified_to,
                      office)
VALUES (:scanner, :organization, :name, :gate, :role, :now, :public, :enrolled, :serial, :certificate, :until, :office)
ON CONFLICT (scanner) DO UPDATE
SET name = excluded.name, gate = excluded.gate, role = excluded.role, public = excluded.public,
    enrolled = coalesce(enrolled, excluded.enrolled), serial = excluded.serial, certificate = excluded.certificate,
    certified_to = excluded.certified_to, vouched = 0
RETURNING id
