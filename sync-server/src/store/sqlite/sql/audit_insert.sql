INSERT INTO audit (at, organization, user, actor, address, action, subject, detail)
VALUES (:at, :organization, :user, :actor, :address, :action, :subject, :detail)
