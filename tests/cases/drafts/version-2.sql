-- Made by version 2 of the file, as its own code wrote it.
BEGIN TRANSACTION;
CREATE TABLE confirmation (
            draft text not null references draft (id) on delete cascade,
            saves integer not null,
            document text not null,
            at text not null
        ) strict;
INSERT INTO "confirmation" VALUES('wa_i4O3Kij67gLxCNcRRkA',2,'{"name": "A. Clinician", "role": "GP"}','2027-01-04T09:32:00+00:00');
CREATE TABLE draft (
            id text primary key, saves integer not null, at integer not null, saved text not null
        ) strict;
INSERT INTO "draft" VALUES('wa_i4O3Kij67gLxCNcRRkA',4,1,'2027-01-04T09:34:00+00:00');
CREATE TABLE kept (
            browser text not null, kind text not null, name text not null, document text not null,
            primary key (browser, kind, name)
        ) strict, without rowid;
INSERT INTO "kept" VALUES('browser','details','mine','{"name": "A. Clinician"}');
CREATE TABLE opened (
            browser text not null,
            draft text not null references draft (id) on delete cascade,
            at text not null,
            primary key (browser, draft)
        ) strict, without rowid;
INSERT INTO "opened" VALUES('browser','wa_i4O3Kij67gLxCNcRRkA','2027-01-04T09:30:00+00:00');
CREATE TABLE state (
            draft text not null references draft (id) on delete cascade,
            number integer not null,
            document text not null,
            primary key (draft, number)
        ) strict, without rowid;
INSERT INTO "state" VALUES('wa_i4O3Kij67gLxCNcRRkA',0,'{"format": "taper-plan/1", "label": "½ of an old plan", "times": ["bedtime"], "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}], "phases": []}');
INSERT INTO "state" VALUES('wa_i4O3Kij67gLxCNcRRkA',1,'{"format": "taper-plan/1", "label": "second", "times": ["bedtime"], "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}], "phases": []}');
INSERT INTO "state" VALUES('wa_i4O3Kij67gLxCNcRRkA',2,'{"format": "taper-plan/1", "label": "third", "times": ["bedtime"], "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}], "phases": []}');
CREATE INDEX confirmations on confirmation (draft, saves);
COMMIT;
PRAGMA user_version = 2;
