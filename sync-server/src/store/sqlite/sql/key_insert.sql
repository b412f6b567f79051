INSERT INTO keys (key, organization, role, event, public, secret, created, not_before, not_after, withdrawn)
VALUES (:key, :organization, :role, :event, :public, :secret, :created, :not_before, :not_after, :withdrawn)
ON CONFLICT (key) DO UPDATE SET
    not_after = min(not_after, excluded.not_after),
    withdrawn = max(withdrawn, excluded.withdrawn)
