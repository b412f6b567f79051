INSERT INTO scanners (scanner, organization, name, gate, role, created)
VALUES (:scanner, :organization, :name, :gate, :role, :created)
