-- Which items have shown another date since a look: the daily judging asks it of all channels at once.

CREATE INDEX entry_claim_look ON entry_claim (look);
