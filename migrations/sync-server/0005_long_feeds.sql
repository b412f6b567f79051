-- What keeps long feeds quick.

-- 1: within each boot of the feed the clock (mono) never fell from one entry to the next, and no boot came back after
-- another. A new time sample then moves a tail of the feed only, and the rest need not be read. 0: not so, or not known.
ALTER TABLE feeds ADD COLUMN steady INTEGER NOT NULL DEFAULT 0 CHECK (steady IN (0, 1));
