-- Vouched for: this database made it.
INSERT INTO scanners (scanner, organization, name, role, created, public, device, enrolled, vouched, office)
VALUES (:scanner, :organization, :name, 1, :now, :public, 'sync-server', :now, 1, 1)
