INSERT INTO sessions (token, user, kind, created, expires)
SELECT :token, u.id, :kind, :created, :expires
FROM users u
WHERE u.user = :user
