-- What version 3 had more than version 2.
ALTER TABLE queue ADD COLUMN attempt INTEGER;
CREATE INDEX queue_born ON queue(message, born) WHERE failed = 0;
CREATE INDEX queue_failed_record ON queue(message, record) WHERE failed = 1;
CREATE TABLE tally(
  message INTEGER PRIMARY KEY, waiting INTEGER NOT NULL, failed INTEGER NOT NULL) STRICT;
INSERT INTO tally SELECT number,
  (SELECT count(*) FROM queue WHERE message = number AND failed = 0),
  (SELECT count(*) FROM queue WHERE message = number AND failed = 1) FROM message;
CREATE TRIGGER message_new AFTER INSERT ON message BEGIN
  INSERT INTO tally VALUES (new.number, 0, 0);
END;
CREATE TRIGGER queue_new AFTER INSERT ON queue BEGIN
  UPDATE tally SET waiting = waiting + 1 WHERE message = new.message;
END;
CREATE TRIGGER queue_end AFTER DELETE ON queue BEGIN
  UPDATE tally SET waiting = waiting - (old.failed = 0), failed = failed - (old.failed = 1)
  WHERE message = old.message;
END;
CREATE TRIGGER queue_turn AFTER UPDATE OF failed ON queue BEGIN
  UPDATE tally SET waiting = waiting + old.failed - new.failed, failed = failed + new.failed - old.failed
  WHERE message = new.message;
END;
CREATE TABLE pulse(
  minute INTEGER NOT NULL, message INTEGER NOT NULL, delivered INTEGER NOT NULL, refused INTEGER NOT NULL,
  waiting INTEGER NOT NULL, PRIMARY KEY(minute, message)) STRICT, WITHOUT ROWID;
