-- Four looks a day of each column are most of the database, and nothing of them is ever removed. The last good look of a
-- channel is found in look_channel_day just as well, outcome by outcome, without a fourth index over every look.

DROP INDEX look_good;
