-- What version 4 changed of the tables of version 3, and of what stood in them.
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
