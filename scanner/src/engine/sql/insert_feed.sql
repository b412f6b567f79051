INSERT INTO feed (id, scanner, epoch, identity_ref, contiguous) VALUES (?1, ?2, ?3, NULL, 0)
