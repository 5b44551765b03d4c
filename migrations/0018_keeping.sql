-- What the wire told besides the body, and how long bodies are kept.

-- The certificate that a site has shown, once.
CREATE TABLE certificate (
    hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    der  BLOB NOT NULL
) STRICT;

CREATE TRIGGER certificate_no_update BEFORE UPDATE ON certificate BEGIN SELECT RAISE(ABORT, 'certificate: rows are never changed'); END;
CREATE TRIGGER certificate_no_delete BEFORE DELETE ON certificate BEGIN SELECT RAISE(ABORT, 'certificate: rows are never deleted'); END;

-- The headers that we sent, the redirects on the way and the certificate of who answered; none where an earlier version
-- of the program kept the answer.
ALTER TABLE capture ADD COLUMN asked TEXT;
ALTER TABLE capture ADD COLUMN hops TEXT;
-- Whether it was a whole page of success: after a crash, half a list must not be read as a whole one.
ALTER TABLE capture ADD COLUMN whole INTEGER CHECK (whole IN (0, 1));
ALTER TABLE capture ADD COLUMN certificate TEXT REFERENCES certificate (hash);

-- A body that nothing rests on any more may be cleared; its fingerprint and size stay, so that what was seen can still be
-- told. When the same bytes come again they are kept again.
ALTER TABLE evidence ADD COLUMN pruned_at TEXT;

DROP TRIGGER evidence_no_update;
CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence
WHEN NEW.hash <> OLD.hash OR NEW.size <> OLD.size
  OR NOT ((OLD.pruned_at IS NULL AND NEW.pruned_at IS NOT NULL AND length(NEW.body) = 0)
       OR (OLD.pruned_at IS NOT NULL AND NEW.pruned_at IS NULL AND length(NEW.body) > 0))
BEGIN SELECT RAISE(ABORT, 'evidence: rows are never changed; a body is only cleared, or comes back'); END;
