-- Entries are found by id through one index for each block of 65,536 arrivals, not through one over all of them: ids are
-- random, and an index over millions of them costs every new entry a page of its own to read, log and write. The part for the
-- latest block stays small and warm however much is stored; who looks for an id asks block by block, the latest first.
DROP INDEX entries_by_prefix;
CREATE INDEX entries_by_block ON entries (id >> 16, prefix);
