-- Bounds on what is asked of platforms, which must hold across restarts. Nothing is ever judged by these rows.

-- Calls made in the name of an account or to a host, by the district's day.
CREATE TABLE spent (
    what  TEXT    NOT NULL,
    day   TEXT    NOT NULL CHECK (length(day) = 10),
    calls INTEGER NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (what, day)
) STRICT, WITHOUT ROWID;

-- What is left alone until an instant, because it asked for that.
CREATE TABLE resting (
    what   TEXT NOT NULL PRIMARY KEY,
    until  TEXT NOT NULL CHECK (length(until) = 24),
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Days that a platform has counted through for an account: its list of that day is whole. The saved answer that says so
-- is among the captures of the look.
CREATE TABLE counted_day (
    channel TEXT NOT NULL REFERENCES channel (id),
    day     TEXT NOT NULL CHECK (length(day) = 10),
    look_at TEXT NOT NULL CHECK (length(look_at) = 24),
    PRIMARY KEY (channel, day)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER counted_day_no_update BEFORE UPDATE ON counted_day BEGIN SELECT RAISE(ABORT, 'counted_day: rows are never changed'); END;
CREATE TRIGGER counted_day_no_delete BEFORE DELETE ON counted_day BEGIN SELECT RAISE(ABORT, 'counted_day: rows are never deleted'); END;
