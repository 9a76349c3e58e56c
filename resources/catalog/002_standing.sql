-- SPDX-License-Identifier: Apache-2.0
-- Schema 2. What stands of each roll now, apart from what each offload said on its day: a copy that is made later and a
-- verification change it. A program that knows only schema 1 would leave these tables behind.

UPDATE meta SET value = '2' WHERE key = 'min_reader_version';

ALTER TABLE roll ADD COLUMN source BLOB NOT NULL DEFAULT x'';
ALTER TABLE roll ADD COLUMN card_id TEXT NOT NULL DEFAULT '';
ALTER TABLE roll ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
CREATE INDEX roll_by_card ON roll(card_id);

CREATE TABLE roll_reason(
  roll_id  INTEGER NOT NULL REFERENCES roll(id),
  position INTEGER NOT NULL,
  code     TEXT NOT NULL,
  text     TEXT NOT NULL,
  PRIMARY KEY(roll_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE roll_problem(
  roll_id  INTEGER NOT NULL REFERENCES roll(id),
  position INTEGER NOT NULL,
  path     BLOB NOT NULL,
  place    BLOB NOT NULL,
  code     TEXT NOT NULL,
  text     TEXT NOT NULL,
  detail   TEXT NOT NULL,
  PRIMARY KEY(roll_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE roll_copy(
  roll_id        INTEGER NOT NULL REFERENCES roll(id),
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
  PRIMARY KEY(roll_id, position)
) STRICT, WITHOUT ROWID;

-- Every verification of a copy that the catalog knows.
CREATE TABLE copy_check(
  id         INTEGER NOT NULL PRIMARY KEY,
  seq        INTEGER NOT NULL,
  roll_id    INTEGER NOT NULL REFERENCES roll(id),
  root       BLOB NOT NULL,
  result     TEXT NOT NULL,
  verified   INTEGER NOT NULL,
  missing    INTEGER NOT NULL,
  altered    INTEGER NOT NULL,
  unreadable INTEGER NOT NULL,
  checked_at TEXT NOT NULL
) STRICT;
CREATE INDEX copy_check_by_roll ON copy_check(roll_id, id);

-- Until now the latest offload was all that stood.
UPDATE roll SET source = (SELECT o.source FROM offload o WHERE o.id = roll.offload_id);
INSERT INTO roll_reason(roll_id, position, code, text)
  SELECT r.id, d.position, d.code, d.text FROM roll r JOIN offload_reason d ON d.offload_id = r.offload_id;
INSERT INTO roll_problem(roll_id, position, path, place, code, text, detail)
  SELECT r.id, d.position, d.path, d.place, d.code, d.text, '' FROM roll r JOIN offload_problem d
    ON d.offload_id = r.offload_id;
INSERT INTO roll_copy(roll_id, position, root, volume_label, device_id, device_text, state, files_verified,
                      files_failed, bytes, manifest)
  SELECT r.id, c.position, c.root, c.volume_label, c.device_id, c.device_text, c.state, c.files_verified,
         c.files_failed, c.bytes, c.manifest FROM roll r JOIN copy c ON c.offload_id = r.offload_id;
