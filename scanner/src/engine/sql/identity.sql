SELECT ref, secret, root, organization_name, server, keyset, certificate
FROM identity
WHERE state = 1
