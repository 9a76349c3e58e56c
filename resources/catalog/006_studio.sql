-- SPDX-License-Identifier: Apache-2.0
-- Schema 6. Logs of other stations beside one's own, so that carts and the studio hold the same history; facts that
-- only ever are added. What several stations may say is settled by time and, at the same time, by the writer's id. A
-- program that knows only schema 5 would leave the others' events out. The log is replayed after this step.

UPDATE meta SET value = '6' WHERE key = 'min_reader_version';

-- Other stations' events as they wrote them. projected_hlc is the time by which the event counts: the studio holds what
-- a wrong clock dates into the future back to the time at which it came.
CREATE TABLE foreign_event(
  writer        TEXT NOT NULL,
  seq           INTEGER NOT NULL,
  id            TEXT NOT NULL,
  hlc           INTEGER NOT NULL,
  projected_hlc INTEGER NOT NULL,
  kind          TEXT NOT NULL,
  kind_version  INTEGER NOT NULL,
  body          TEXT NOT NULL,
  hash          BLOB NOT NULL CHECK(length(hash) = 32),
  PRIMARY KEY(writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX foreign_event_by_time ON foreign_event(projected_hlc);
CREATE TRIGGER foreign_event_appends_only BEFORE INSERT ON foreign_event
  WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM foreign_event WHERE writer = NEW.writer)
  BEGIN SELECT RAISE(ABORT, 'a station''s log takes only its next number'); END;
CREATE TRIGGER foreign_event_never_changes
  BEFORE UPDATE OF writer, seq, id, hlc, kind, kind_version, body, hash ON foreign_event
  BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER foreign_event_never_goes BEFORE DELETE ON foreign_event
  BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;

-- Own events that the studio holds back in time.
CREATE TABLE held_back(
  seq           INTEGER NOT NULL PRIMARY KEY,
  projected_hlc INTEGER NOT NULL
) STRICT;

-- In which order all events came to be known here; a replay takes them in the same.
CREATE TABLE log_order(
  position INTEGER NOT NULL PRIMARY KEY,
  writer   TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  UNIQUE(writer, seq)
) STRICT;
INSERT INTO log_order(position, writer, seq) SELECT seq, (SELECT id FROM station), seq FROM event ORDER BY seq;

-- projections; their columns named seq hold the position in the order above

-- Events about a roll or clip that is not known yet.
CREATE TABLE waiting_event(position INTEGER NOT NULL PRIMARY KEY) STRICT;

-- Rolls that another station calls like one of here, though what they hold has nothing in common.
CREATE TABLE roll_conflict(
  writer   TEXT NOT NULL,
  project  TEXT NOT NULL,
  day      TEXT NOT NULL,
  name     TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY(writer, project, day, name)
) STRICT, WITHOUT ROWID;

-- Things that happened, about a roll, a day or a project; '' where it is about more than one.
CREATE TABLE fact(
  position  INTEGER NOT NULL PRIMARY KEY,
  writer    TEXT NOT NULL,
  seq       INTEGER NOT NULL,
  hlc       INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  project   TEXT NOT NULL,
  day       TEXT NOT NULL,
  roll      TEXT NOT NULL,
  body      TEXT NOT NULL,
  retracted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX fact_by_roll ON fact(kind, project, day, roll);

ALTER TABLE roll ADD COLUMN standing_hlc INTEGER NOT NULL DEFAULT 0;
ALTER TABLE roll ADD COLUMN standing_writer TEXT NOT NULL DEFAULT '';
ALTER TABLE roll ADD COLUMN card_hlc INTEGER NOT NULL DEFAULT 0;
ALTER TABLE roll ADD COLUMN card_writer TEXT NOT NULL DEFAULT '';
ALTER TABLE roll ADD COLUMN clips_hlc INTEGER NOT NULL DEFAULT 0;
ALTER TABLE roll ADD COLUMN clips_writer TEXT NOT NULL DEFAULT '';
ALTER TABLE offload ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE copy_check ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE clip ADD COLUMN qc_hlc INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clip ADD COLUMN qc_writer TEXT NOT NULL DEFAULT '';
ALTER TABLE annotation ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE annotation_change ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE annotation_change DROP COLUMN previous;
ALTER TABLE format_setting ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE project_spec ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE look ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE look_assignment ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE look_change ADD COLUMN writer TEXT NOT NULL DEFAULT '';
ALTER TABLE look_change DROP COLUMN previous;
ALTER TABLE look_change DROP COLUMN previous_version;
ALTER TABLE render ADD COLUMN writer TEXT NOT NULL DEFAULT '';

-- Each station's last word on the copies of a roll stands until it says another.
DROP TABLE roll_copy;
CREATE TABLE roll_copy(
  roll_id        INTEGER NOT NULL REFERENCES roll(id),
  writer         TEXT NOT NULL,
  position       INTEGER NOT NULL,
  hlc            INTEGER NOT NULL,
  root           BLOB NOT NULL,
  volume_label   TEXT NOT NULL,
  device_id      TEXT NOT NULL,
  device_text    TEXT NOT NULL,
  state          TEXT NOT NULL,
  files_verified INTEGER NOT NULL,
  files_failed   INTEGER NOT NULL,
  bytes          INTEGER NOT NULL,
  manifest       BLOB NOT NULL,
  PRIMARY KEY(roll_id, writer, position)
) STRICT, WITHOUT ROWID;
