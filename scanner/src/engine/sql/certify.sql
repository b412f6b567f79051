UPDATE identity
SET state = 1, scanner = :scanner, organization = :organization, organization_name = :organization_name,
    server = :server, root = :root, keyset = :keyset, certificate = :certificate, enrolled = :at
WHERE state = 0
