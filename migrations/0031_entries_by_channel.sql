-- What a channel has shown since a look is asked for channel by channel whenever it is judged.
DROP INDEX entry_first_look;
CREATE INDEX entry_channel_look ON entry (channel, first_look);
