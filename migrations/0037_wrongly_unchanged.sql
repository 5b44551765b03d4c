-- A server that said "not modified" of a page that had changed: `look` brought the page itself with items that were new, and
-- the server still said "not modified" to the validators of the page before. When it had changed cannot be known, so the
-- looks after `since` and before `until`, the last one that brought the page itself and this one, prove nothing where they
-- were answered with 304.

CREATE TABLE wrongly_unchanged (
    look    INTEGER NOT NULL PRIMARY KEY REFERENCES look (id),
    channel TEXT    NOT NULL REFERENCES channel (id),
    since   TEXT    NOT NULL,
    until   TEXT    NOT NULL,
    CHECK (since < until)
) STRICT;
CREATE INDEX wrongly_unchanged_channel ON wrongly_unchanged (channel, until);
CREATE TRIGGER wrongly_unchanged_no_update BEFORE UPDATE ON wrongly_unchanged BEGIN SELECT RAISE(ABORT, 'wrongly_unchanged: rows are never changed'); END;
CREATE TRIGGER wrongly_unchanged_no_delete BEFORE DELETE ON wrongly_unchanged BEGIN SELECT RAISE(ABORT, 'wrongly_unchanged: rows are never deleted'); END;
