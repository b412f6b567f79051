INSERT INTO manifests (door, version, created, expires, digest, header)
VALUES (:door, :version, :created, :expires, :digest, :header)
ON CONFLICT (door) DO UPDATE
SET version = excluded.version, created = excluded.created, expires = excluded.expires, digest = excluded.digest,
    header = excluded.header
