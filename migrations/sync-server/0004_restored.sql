-- What a database knows of having been restored, and what it needs when its certificate key is withdrawn.
-- Times are milliseconds since 1970-01-01 UTC.

-- Versions of manifests and keysets and serials of certificates are above this: the database this one follows may have
-- issued numbers that its backup does not know of. `store.restored` is set for one set up from a key export, too.
ALTER TABLE store ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;

-- Since when publishing is held back, because scanners may know of changes that this database has forgotten; null: free.
ALTER TABLE doors ADD COLUMN held INTEGER;
-- When a scanner first told, since then, which manifest it holds.
ALTER TABLE doors ADD COLUMN heard INTEGER;
-- The event's rules (CBOR policy) when it was restored: what differs from them now was edited since. Null: none there.
ALTER TABLE doors ADD COLUMN restored_policy BLOB;

-- Scanners that told which manifest they hold since the event was held back, or enrolled since: they are not waited for.
CREATE TABLE hold_reports (
    door           INTEGER NOT NULL REFERENCES doors (id),
    scanner        INTEGER NOT NULL REFERENCES scanners (id),
    PRIMARY KEY (door, scanner)
) STRICT, WITHOUT ROWID;

-- 1: all that is said of it here comes from administrators: it took an invitation of this database, and nothing was taken
-- over from a certificate since. Only such a scanner is certified anew when the certificate key is withdrawn, because
-- whoever stole that key may have made the certificates of the others.
ALTER TABLE scanners ADD COLUMN vouched INTEGER NOT NULL DEFAULT 0 CHECK (vouched IN (0, 1));

UPDATE scanners
SET vouched = 1
WHERE EXISTS (SELECT 1 FROM invitations i WHERE i.scanner = scanners.id AND i.used IS NOT NULL);

-- Certificates issued here that may still be on the device, exact bytes: from the one it last showed on. With one of them
-- it fetches its new certificate, also after the key that signed it was withdrawn.
CREATE TABLE issued_certificates (
    scanner        INTEGER NOT NULL REFERENCES scanners (id),
    serial         INTEGER NOT NULL,
    certificate    BLOB NOT NULL,
    PRIMARY KEY (scanner, serial)
) STRICT, WITHOUT ROWID;

INSERT INTO issued_certificates (scanner, serial, certificate)
SELECT id, serial, certificate FROM scanners WHERE certificate IS NOT NULL AND vouched = 1;
