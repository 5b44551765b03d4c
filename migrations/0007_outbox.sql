-- Letters to be sent, each once.

CREATE TABLE outbox (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key         TEXT    NOT NULL UNIQUE,
    created_at  TEXT    NOT NULL,
    sender      TEXT    NOT NULL,
    recipients  TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    message     BLOB    NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT    NOT NULL,
    -- Set while a sender holds the letter. One that is found so after a restart may or may not have been sent.
    sending_at  TEXT,
    sent_at     TEXT,
    last_error  TEXT,
    gave_up     INTEGER NOT NULL DEFAULT 0 CHECK (gave_up IN (0, 1)),
    CHECK (sent_at IS NULL OR gave_up = 0)
) STRICT;

CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE sent_at IS NULL AND gave_up = 0;

CREATE TRIGGER outbox_letter_stays BEFORE UPDATE OF key, created_at, sender, recipients, subject, message ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox: a letter is never changed'); END;
CREATE TRIGGER outbox_sent_stays BEFORE UPDATE ON outbox WHEN OLD.sent_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'outbox: a sent letter stays sent'); END;
CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'outbox: rows are never deleted'); END;
