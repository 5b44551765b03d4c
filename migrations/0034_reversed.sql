-- The findings that were ever reversed, which a close asks for: a few among a hundred thousand events.

CREATE INDEX finding_event_reversed ON finding_event (finding) WHERE state = 'reversed';
