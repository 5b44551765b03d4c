-- What the pages ask for, found without reading what they do not show: windows by their day, the tallies from the index
-- alone, and the days and items of one channel.

DROP INDEX finding_now_verdict;
CREATE INDEX finding_now_verdict ON finding_now (verdict, state, last_day, finding, unit, month, criterion, points);
CREATE INDEX finding_now_day ON finding_now (last_day);
CREATE INDEX look_channel_day ON look (channel, day, outcome);
CREATE INDEX entry_channel_claimed ON entry (channel, claimed);
