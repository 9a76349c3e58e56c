-- SPDX-License-Identifier: Apache-2.0
-- Schema 3. Findings of quality control, camera formats, what a project expects, every change of an annotation, and all
-- that the files themselves say. A program that knows only schema 2 would leave these behind. The log is replayed after
-- this step: what older events say of formats and changes comes out of it too.

UPDATE meta SET value = '3' WHERE key = 'min_reader_version';

-- What was found: a JSON list, '' if the clip was never checked. And the clip's camera format, 0 if it has none.
ALTER TABLE clip ADD COLUMN qc TEXT NOT NULL DEFAULT '';
ALTER TABLE clip ADD COLUMN format_id INTEGER NOT NULL DEFAULT 0;

-- As the readers gave it: a JSON object of texts. Apart from the record, which is read all the time.
CREATE TABLE clip_raw(
  clip_id INTEGER NOT NULL PRIMARY KEY REFERENCES clip(id),
  raw     TEXT NOT NULL
) STRICT;

CREATE TABLE camera_format(
  id          INTEGER NOT NULL PRIMARY KEY,
  project     TEXT NOT NULL,
  letter      TEXT NOT NULL,
  model       TEXT NOT NULL,
  sensor_mode TEXT NOT NULL,
  codec       TEXT NOT NULL,
  squeeze     TEXT NOT NULL,
  UNIQUE(project, letter, model, sensor_mode, codec, squeeze)
) STRICT;

CREATE TABLE format_setting(
  format_id INTEGER NOT NULL REFERENCES camera_format(id),
  field     TEXT NOT NULL,
  value     TEXT NOT NULL,
  hlc       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  PRIMARY KEY(format_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE annotation_change(
  seq      INTEGER NOT NULL PRIMARY KEY,
  clip_id  INTEGER NOT NULL REFERENCES clip(id),
  field    TEXT NOT NULL,
  value    TEXT NOT NULL,
  previous TEXT NOT NULL,
  hlc      INTEGER NOT NULL
) STRICT;
CREATE INDEX annotation_change_by_clip ON annotation_change(clip_id, field);

CREATE TABLE project_spec(
  project TEXT NOT NULL PRIMARY KEY,
  spec    TEXT NOT NULL,
  hlc     INTEGER NOT NULL,
  seq     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
