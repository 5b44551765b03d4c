-- A letter has several recipients, and a server may take it for one and refuse it for another: what becomes of it is kept
-- per recipient. Notices to chat robots (webhooks) wait in the same box.

CREATE TABLE letter_box (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key         TEXT    NOT NULL UNIQUE,
    via         TEXT    NOT NULL DEFAULT 'mail' CHECK (via IN ('mail', 'webhook')),
    created_at  TEXT    NOT NULL,
    sender      TEXT    NOT NULL,
    recipients  TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    message     BLOB    NOT NULL
) STRICT;
INSERT INTO letter_box (id, key, created_at, sender, recipients, subject, message)
SELECT id, key, created_at, sender, recipients, subject, message FROM outbox;

CREATE TABLE delivery (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    letter      INTEGER NOT NULL REFERENCES letter_box (id),
    recipient   TEXT    NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT    NOT NULL,
    -- Set while a sender holds the letter. One that is found so after a restart may or may not have been sent.
    sending_at  TEXT,
    sent_at     TEXT,
    last_error  TEXT,
    gave_up     INTEGER NOT NULL DEFAULT 0 CHECK (gave_up IN (0, 1)),
    UNIQUE (letter, recipient),
    CHECK (sent_at IS NULL OR gave_up = 0)
) STRICT;
INSERT INTO delivery (letter, recipient, attempts, next_try_at, sending_at, sent_at, last_error, gave_up)
SELECT DISTINCT o.id, r.value, o.attempts, o.next_try_at, o.sending_at, o.sent_at, o.last_error, o.gave_up
FROM outbox o, json_each(o.recipients) r;

DROP TABLE outbox;
ALTER TABLE letter_box RENAME TO outbox;

CREATE TRIGGER outbox_letter_stays BEFORE UPDATE ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox: a letter is never changed'); END;
CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'outbox: rows are never deleted'); END;

CREATE INDEX delivery_waiting ON delivery (next_try_at) WHERE sent_at IS NULL AND gave_up = 0;
CREATE INDEX delivery_sent ON delivery (recipient, sent_at) WHERE sent_at IS NOT NULL;
CREATE TRIGGER delivery_address_stays BEFORE UPDATE OF letter, recipient ON delivery
BEGIN SELECT RAISE(ABORT, 'delivery: a recipient is never changed'); END;
CREATE TRIGGER delivery_sent_stays BEFORE UPDATE ON delivery WHEN OLD.sent_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'delivery: a sent letter stays sent'); END;
CREATE TRIGGER delivery_no_delete BEFORE DELETE ON delivery
BEGIN SELECT RAISE(ABORT, 'delivery: rows are never deleted'); END;

-- A server took the letter and sent it back later (RFC 3464); entered by the sysadmin or by the mail server's alias.
CREATE TABLE bounce (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    delivery    INTEGER NOT NULL REFERENCES delivery (id),
    at          TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    UNIQUE (delivery, status, reason)
) STRICT;
CREATE TRIGGER bounce_no_update BEFORE UPDATE ON bounce BEGIN SELECT RAISE(ABORT, 'bounce: rows are never changed'); END;
CREATE TRIGGER bounce_no_delete BEFORE DELETE ON bounce BEGIN SELECT RAISE(ABORT, 'bounce: rows are never deleted'); END;

-- Which step of the reminder ladder a finding has been given, so that none is given twice.
CREATE TABLE reminded (
    finding     INTEGER NOT NULL REFERENCES finding (id),
    -- Days before the end of the window.
    step        INTEGER NOT NULL CHECK (step >= 0),
    letter      INTEGER NOT NULL REFERENCES outbox (id),
    PRIMARY KEY (finding, step)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER reminded_no_update BEFORE UPDATE ON reminded
BEGIN SELECT RAISE(ABORT, 'reminded: rows are never changed'); END;
CREATE TRIGGER reminded_no_delete BEFORE DELETE ON reminded
BEGIN SELECT RAISE(ABORT, 'reminded: rows are never deleted'); END;
