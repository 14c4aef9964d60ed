-- Made by version 0 of the file, as its own code wrote it.
BEGIN TRANSACTION;
CREATE TABLE draft (
        id text primary key, saves integer not null, at integer not null, saved text not null
    ) strict;
INSERT INTO "draft" VALUES('QTE74YOSFDGhDjEoz2ze5g',4,1,'2027-01-04T09:34:00+00:00');
CREATE TABLE state (
        draft text not null references draft (id) on delete cascade,
        number integer not null,
        document text not null,
        primary key (draft, number)
    ) strict, without rowid;
INSERT INTO "state" VALUES('QTE74YOSFDGhDjEoz2ze5g',0,'{"format": "taper-plan/1", "label": "½ of an old plan", "times": ["bedtime"], "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}], "phases": []}');
INSERT INTO "state" VALUES('QTE74YOSFDGhDjEoz2ze5g',1,'{"format": "taper-plan/1", "label": "second", "times": ["bedtime"], "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}], "phases": []}');
INSERT INTO "state" VALUES('QTE74YOSFDGhDjEoz2ze5g',2,'{"format": "taper-plan/1", "label": "third", "times": ["bedtime"], "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}], "phases": []}');
COMMIT;
PRAGMA user_version = 0;
