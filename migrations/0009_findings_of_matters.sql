-- A finding may be about a matter of a register, and a line may charge anew what an earlier line had charged and another
-- taken back. Both ask for a CHECK that says more than before. What is on disk does not change by that, so the text of the
-- two tables is mended in place (https://www.sqlite.org/lang_altertable.html, section 7): copying them would mean to drop the
-- ledger, and with it the guards, for a moment.

ALTER TABLE finding ADD COLUMN matter TEXT;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'CHECK (scope = coalesce(channel, unit || ''/*''))',
                       'CHECK (scope = coalesce(channel, unit || ''#'' || matter, unit || ''/*''))')
WHERE type = 'table' AND name = 'finding';
UPDATE sqlite_schema
SET sql = replace(sql, 'CHECK (source IN (''finding'', ''register'', ''reversal-of''))',
                       'CHECK (source IN (''finding'', ''register'', ''reversal-of'', ''anew''))')
WHERE type = 'table' AND name = 'ledger_line';
PRAGMA writable_schema = RESET;

-- The finding that a line charges anew, after an earlier line of it has been taken back.
ALTER TABLE ledger_line ADD COLUMN again INTEGER REFERENCES finding (id);

CREATE INDEX ledger_line_again ON ledger_line (again) WHERE again IS NOT NULL;

CREATE TRIGGER ledger_line_anew BEFORE INSERT ON ledger_line
WHEN (NEW.source = 'anew' OR NEW.again IS NOT NULL) AND NOT EXISTS (
    SELECT 1 FROM ledger_line l JOIN ledger_line r ON r.source = 'reversal-of' AND r.source_id = l.seq
    WHERE NEW.source = 'anew' AND l.seq = NEW.source_id AND coalesce(l.finding, l.again) = NEW.again
      AND l.unit = NEW.unit AND l.criterion = NEW.criterion AND l.belongs_to = NEW.belongs_to)
BEGIN SELECT RAISE(ABORT, 'ledger_line: only what was taken back is charged anew'); END;
