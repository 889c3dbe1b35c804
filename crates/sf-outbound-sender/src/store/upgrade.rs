//! From the tables of older files to today's. Nothing that waits is lost, or due at another time than before.

/// Each makes the tables of one version more; the first is that from version 1.
pub(super) const UPGRADES: [&str; 4] = [FROM_1, FROM_2, FROM_3, FROM_4];

/// From a file of version 1, which knew no rehearsal.
const FROM_1: &str = "
ALTER TABLE queue ADD COLUMN drawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN rehearsed INTEGER NOT NULL DEFAULT 0;
";

/// From a file of version 2, which counted nothing.
const FROM_2: &str = "
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
";

/// From a file of version 3, where a record waited once for each outbound message, and its row took changes in.
///
/// A failed row whose record waited again left the queue when it was retried: that log line becomes an operator's.
const FROM_3: &str = "
DROP INDEX queue_one;
ALTER TABLE queue DROP COLUMN version;
ALTER TABLE queue ADD COLUMN object INTEGER NOT NULL DEFAULT 0;
UPDATE queue SET object = coalesce((SELECT object FROM record WHERE seq = queue.record), 0);
UPDATE queue SET reason = (SELECT reason FROM attempt WHERE aid = queue.attempt AND at >= queue.born)
  WHERE failed = 0 AND tries > 0;
CREATE INDEX queue_record ON queue(message, record) WHERE failed = 0;
CREATE INDEX queue_awaits ON queue(record) WHERE marks >= 4611686018427387904;
ALTER TABLE gone DROP COLUMN version;
ALTER TABLE gone ADD COLUMN object INTEGER NOT NULL DEFAULT 0;
UPDATE gone SET object = coalesce((SELECT object FROM record WHERE seq = gone.record), 0);
UPDATE gone SET how = 2 WHERE how = 3;
ALTER TABLE pulse ADD COLUMN most INTEGER NOT NULL DEFAULT 0;
UPDATE pulse SET most = waiting;
ALTER TABLE organization ADD COLUMN first INTEGER NOT NULL DEFAULT 0;
";

/// From a file of version 4, where what a rehearsal remembered stood in the queue.
const FROM_4: &str = "
CREATE TABLE rehearsed(
  qid INTEGER PRIMARY KEY, drawn INTEGER NOT NULL DEFAULT 0, faults INTEGER NOT NULL DEFAULT 0,
  follows INTEGER NOT NULL DEFAULT 0, waits INTEGER) STRICT;
INSERT INTO rehearsed
  SELECT qid, drawn, marks & 2305843009213693951, marks >> 61 & 1, iif(marks >> 62 & 1, record, NULL)
  FROM queue WHERE drawn <> 0 OR marks <> 0;
DROP INDEX queue_awaits;
ALTER TABLE queue DROP COLUMN drawn;
ALTER TABLE queue DROP COLUMN marks;
CREATE INDEX rehearsed_waits ON rehearsed(waits) WHERE waits IS NOT NULL;
";
