UPDATE scanners
SET name = coalesce(:name, name), role = coalesce(:role, role), gate = CASE WHEN :set_gate THEN :gate ELSE gate END
WHERE id = :id
