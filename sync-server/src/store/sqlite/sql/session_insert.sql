INSERT INTO sessions (token, user, kind, created, expires, address)
SELECT :token, u.id, :kind, :created, :expires, :address
FROM users u
WHERE u.user = :user
