-- What its lists hold is not retired.
DELETE FROM retired_numbers
WHERE event = :event AND (
    (part = 1 AND number IN (SELECT zone FROM zones WHERE event = :event))
    OR (part = 2 AND number IN (SELECT gate FROM gates WHERE event = :event))
    OR (part = 3 AND number IN (SELECT product FROM products WHERE event = :event))
)
