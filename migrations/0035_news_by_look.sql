-- Which items there is news of since a look, another date or that they are gone: the daily judging asks it of all channels at
-- once.

CREATE INDEX entry_claim_look ON entry_claim (look);
CREATE INDEX entry_presence_look ON entry_presence (look);
