-- What was first seen of late, found without reading the items of years.

CREATE INDEX entry_first_look ON entry (first_look, channel);
