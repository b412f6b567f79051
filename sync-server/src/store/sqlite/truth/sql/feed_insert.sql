-- An empty feed is steady.
INSERT OR IGNORE INTO feeds (feed, scanner, epoch, steady)
SELECT :feed, id, :epoch, 1 FROM scanners WHERE scanner = :scanner AND organization = :organization
