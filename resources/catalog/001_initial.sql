-- SPDX-License-Identifier: Apache-2.0
-- Schema 1. The event log is the truth; every table below "projections" can be dropped and made again from it.

CREATE TABLE meta(
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta(key, value) VALUES('min_reader_version', '1');

-- One installation; the chain's first link is bound to its id.
CREATE TABLE station(
  slot INTEGER NOT NULL PRIMARY KEY CHECK(slot = 1),
  id   TEXT NOT NULL
) STRICT;

CREATE TABLE event(
  seq          INTEGER NOT NULL PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  hlc          INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  kind_version INTEGER NOT NULL,
  body         TEXT NOT NULL,
  hash         BLOB NOT NULL CHECK(length(hash) = 32)
) STRICT;
CREATE TRIGGER event_appends_only BEFORE INSERT ON event
  WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event)
  BEGIN SELECT RAISE(ABORT, 'the event log takes only the next number'); END;
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER event_never_goes BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;

-- projections

CREATE TABLE roll(
  id          INTEGER NOT NULL PRIMARY KEY,
  project     TEXT NOT NULL,
  day         TEXT NOT NULL,
  name        TEXT NOT NULL,
  family      TEXT NOT NULL,
  camera      TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  files       INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  safe        INTEGER NOT NULL,
  finished_at TEXT NOT NULL,
  offload_id  INTEGER NOT NULL,
  UNIQUE(project, day, name)
) STRICT;
CREATE INDEX roll_by_fingerprint ON roll(fingerprint);

-- Every offload of a roll stays: the latest one carries the roll's verdict.
CREATE TABLE offload(
  id            INTEGER NOT NULL PRIMARY KEY,
  seq           INTEGER NOT NULL,
  roll_id       INTEGER NOT NULL REFERENCES roll(id),
  source        BLOB NOT NULL,
  fingerprint   TEXT NOT NULL,
  files         INTEGER NOT NULL,
  bytes         INTEGER NOT NULL,
  safe          INTEGER NOT NULL,
  source_reread INTEGER NOT NULL,
  started_at    TEXT NOT NULL,
  finished_at   TEXT NOT NULL
) STRICT;
CREATE INDEX offload_by_roll ON offload(roll_id, id);

CREATE TABLE offload_reason(
  offload_id INTEGER NOT NULL REFERENCES offload(id),
  position   INTEGER NOT NULL,
  code       TEXT NOT NULL,
  text       TEXT NOT NULL,
  PRIMARY KEY(offload_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE offload_problem(
  offload_id INTEGER NOT NULL REFERENCES offload(id),
  position   INTEGER NOT NULL,
  path       BLOB NOT NULL,
  place      BLOB NOT NULL,
  code       TEXT NOT NULL,
  text       TEXT NOT NULL,
  PRIMARY KEY(offload_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE copy(
  offload_id     INTEGER NOT NULL REFERENCES offload(id),
  position       INTEGER NOT NULL,
  root           BLOB NOT NULL,
  volume_label   TEXT NOT NULL,
  device_id      TEXT NOT NULL,
  device_text    TEXT NOT NULL,
  state          TEXT NOT NULL,
  files_verified INTEGER NOT NULL,
  files_failed   INTEGER NOT NULL,
  bytes          INTEGER NOT NULL,
  manifest       BLOB NOT NULL,
  PRIMARY KEY(offload_id, position)
) STRICT, WITHOUT ROWID;

-- Files of a roll as its latest offload recorded them.
CREATE TABLE file(
  roll_id       INTEGER NOT NULL REFERENCES roll(id),
  position      INTEGER NOT NULL,
  path          BLOB NOT NULL,
  bytes         INTEGER NOT NULL,
  modified_ns   INTEGER NOT NULL,
  PRIMARY KEY(roll_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE digest(
  roll_id  INTEGER NOT NULL,
  position INTEGER NOT NULL,
  place    INTEGER NOT NULL,
  format   TEXT NOT NULL,
  text     TEXT NOT NULL,
  PRIMARY KEY(roll_id, position, place),
  FOREIGN KEY(roll_id, position) REFERENCES file(roll_id, position) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

-- A clip that a later reading of the roll no longer finds stays, not present, so that its annotations and renders do.
CREATE TABLE clip(
  id         INTEGER NOT NULL PRIMARY KEY,
  roll_id    INTEGER NOT NULL REFERENCES roll(id),
  name       TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  position   INTEGER NOT NULL,
  present    INTEGER NOT NULL,
  record_seq INTEGER NOT NULL,
  record     TEXT NOT NULL,
  UNIQUE(roll_id, name, occurrence)
) STRICT;
CREATE INDEX clip_by_name ON clip(name);

CREATE TABLE annotation(
  clip_id INTEGER NOT NULL REFERENCES clip(id),
  field   TEXT NOT NULL,
  value   TEXT NOT NULL,
  hlc     INTEGER NOT NULL,
  seq     INTEGER NOT NULL,
  PRIMARY KEY(clip_id, field)
) STRICT, WITHOUT ROWID;

-- What `field:value` compares with: folded to lower case, several values where a field has several names.
CREATE TABLE clip_field(
  clip_id INTEGER NOT NULL REFERENCES clip(id),
  field   TEXT NOT NULL,
  value   TEXT NOT NULL,
  PRIMARY KEY(field, value, clip_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX clip_field_by_clip ON clip_field(clip_id);

CREATE VIRTUAL TABLE clip_text USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');

CREATE TABLE look(
  name       TEXT NOT NULL,
  version    INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  cdl        TEXT,
  cdl_space  TEXT NOT NULL,
  lut_file   BLOB NOT NULL,
  lut_input  TEXT NOT NULL,
  lut_output TEXT NOT NULL,
  PRIMARY KEY(name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE look_assignment(
  target TEXT NOT NULL PRIMARY KEY,
  look   TEXT NOT NULL,
  hlc    INTEGER NOT NULL,
  seq    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE render(
  id          INTEGER NOT NULL PRIMARY KEY,
  seq         INTEGER NOT NULL,
  clip_id     INTEGER REFERENCES clip(id),
  clip_name   TEXT NOT NULL,
  preset      TEXT NOT NULL,
  path        BLOB NOT NULL,
  chain       TEXT NOT NULL,
  frames      INTEGER NOT NULL,
  seconds     REAL NOT NULL,
  error_mean  REAL NOT NULL,
  error_p999  REAL NOT NULL,
  error_max   REAL NOT NULL
) STRICT;
CREATE INDEX render_by_clip ON render(clip_id, id);

-- Pictures made from the media; neither logged nor rebuilt, so no reference may delete them.
CREATE TABLE thumbnail(
  clip_id INTEGER NOT NULL PRIMARY KEY,
  jpeg    BLOB NOT NULL
) STRICT;
