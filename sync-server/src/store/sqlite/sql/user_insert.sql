INSERT INTO users (user, organization, email, name, role, password, created)
SELECT :user, o.id, :email, :name, :role, :password, :created
FROM organizations o
WHERE o.organization = :organization
