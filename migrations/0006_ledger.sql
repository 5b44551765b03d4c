-- What costs and earns points. It only grows, without a gap, and a closed month stays closed.

CREATE TABLE month_close (
    month     TEXT    NOT NULL PRIMARY KEY CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
    closed_at TEXT    NOT NULL,
    last_seq  INTEGER NOT NULL,
    last_hash TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_line (
    seq        INTEGER NOT NULL PRIMARY KEY,
    month      TEXT    NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
    belongs_to TEXT    NOT NULL CHECK (belongs_to GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
    unit       TEXT    NOT NULL REFERENCES unit (id),
    rulebook   TEXT    NOT NULL,
    criterion  TEXT    NOT NULL,
    points     INTEGER NOT NULL,
    source     TEXT    NOT NULL CHECK (source IN ('finding', 'register', 'reversal-of')),
    source_id  INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    posted_at  TEXT    NOT NULL,
    previous   TEXT    NOT NULL CHECK (length(previous) = 64),
    hash       TEXT    NOT NULL CHECK (length(hash) = 64),
    finding    INTEGER GENERATED ALWAYS AS (CASE source WHEN 'finding' THEN source_id END) STORED REFERENCES finding (id),
    register   INTEGER GENERATED ALWAYS AS (CASE source WHEN 'register' THEN source_id END) STORED REFERENCES register (id),
    reverses   INTEGER GENERATED ALWAYS AS (CASE source WHEN 'reversal-of' THEN source_id END) STORED REFERENCES ledger_line (seq),
    UNIQUE (source, source_id),
    CHECK (belongs_to <= month)
) STRICT;

CREATE INDEX ledger_line_month ON ledger_line (month);
CREATE INDEX ledger_line_finding ON ledger_line (finding) WHERE finding IS NOT NULL;

CREATE TRIGGER ledger_line_no_update BEFORE UPDATE ON ledger_line BEGIN SELECT RAISE(ABORT, 'ledger_line: rows are never changed'); END;
CREATE TRIGGER ledger_line_no_delete BEFORE DELETE ON ledger_line BEGIN SELECT RAISE(ABORT, 'ledger_line: rows are never deleted'); END;
CREATE TRIGGER month_close_no_update BEFORE UPDATE ON month_close BEGIN SELECT RAISE(ABORT, 'month_close: rows are never changed'); END;
CREATE TRIGGER month_close_no_delete BEFORE DELETE ON month_close BEGIN SELECT RAISE(ABORT, 'month_close: rows are never deleted'); END;

CREATE TRIGGER ledger_line_closed BEFORE INSERT ON ledger_line
WHEN NEW.month <= (SELECT max(month) FROM month_close)
BEGIN SELECT RAISE(ABORT, 'ledger_line: the month is closed'); END;

CREATE TRIGGER ledger_line_in_order BEFORE INSERT ON ledger_line
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger_line)
BEGIN SELECT RAISE(ABORT, 'ledger_line: seq must follow without a gap'); END;

CREATE TRIGGER ledger_line_chained BEFORE INSERT ON ledger_line
WHEN NEW.previous <> coalesce((SELECT hash FROM ledger_line ORDER BY seq DESC LIMIT 1), printf('%064d', 0))
BEGIN SELECT RAISE(ABORT, 'ledger_line: previous must be the hash of the line before'); END;

CREATE TRIGGER ledger_line_mirrors BEFORE INSERT ON ledger_line
WHEN NEW.source = 'reversal-of' AND NOT EXISTS (
    SELECT 1 FROM ledger_line l
    WHERE l.seq = NEW.source_id AND l.source <> 'reversal-of' AND l.points = -NEW.points
      AND l.unit = NEW.unit AND l.criterion = NEW.criterion)
BEGIN SELECT RAISE(ABORT, 'ledger_line: a reversal mirrors exactly one line'); END;

CREATE TRIGGER month_close_in_order BEFORE INSERT ON month_close
WHEN NEW.month <= (SELECT max(month) FROM month_close)
BEGIN SELECT RAISE(ABORT, 'month_close: months are closed in order'); END;

CREATE TRIGGER month_close_names_the_last BEFORE INSERT ON month_close
WHEN NEW.last_seq <> (SELECT coalesce(max(seq), 0) FROM ledger_line)
  OR NEW.last_hash <> coalesce((SELECT hash FROM ledger_line ORDER BY seq DESC LIMIT 1), printf('%064d', 0))
BEGIN SELECT RAISE(ABORT, 'month_close: it names the last line'); END;
