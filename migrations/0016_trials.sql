-- 试运行: the rows of a scoring table that were on trial when a month was closed. What belongs to that month is never
-- posted under them, also when the trial is over and something becomes known late.

CREATE TABLE trial (
    month     TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
    rulebook  TEXT NOT NULL,
    criterion TEXT NOT NULL,
    at        TEXT NOT NULL,
    PRIMARY KEY (month, rulebook, criterion)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER trial_closed BEFORE INSERT ON trial
WHEN EXISTS (SELECT 1 FROM month_close WHERE month = NEW.month)
BEGIN SELECT RAISE(ABORT, 'trial: the month is closed'); END;
CREATE TRIGGER trial_no_update BEFORE UPDATE ON trial BEGIN SELECT RAISE(ABORT, 'trial: rows are never changed'); END;
CREATE TRIGGER trial_no_delete BEFORE DELETE ON trial BEGIN SELECT RAISE(ABORT, 'trial: rows are never deleted'); END;
