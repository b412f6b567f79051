INSERT OR IGNORE INTO feeds (feed, scanner, epoch)
SELECT :feed, id, :epoch FROM scanners WHERE scanner = :scanner AND organization = :organization
