SELECT u.id AS internal, u.user, o.organization, u.email, u.name, u.role, u.password, u.created
FROM users u
JOIN organizations o ON o.id = u.organization
WHERE (:organization IS NULL OR o.organization = :organization)
  AND (:user IS NULL OR u.user = :user)
  AND (:email IS NULL OR u.email = :email)
ORDER BY u.email
