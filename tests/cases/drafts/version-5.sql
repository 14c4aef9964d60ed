-- Made by version 5 of the file, as its own code wrote it.
BEGIN TRANSACTION;
CREATE TABLE beside (
            draft text not null references draft (id) on delete cascade,
            kind text not null,
            document text not null,
            primary key (draft, kind)
        ) strict, without rowid;
INSERT INTO "beside" VALUES('JdUDuNs0IgWZXAJAuFdctw','words','{"coping": "a walk"}
1c5bfacac0e63238d9578475d886c4941528799ed546ffbf36864eb4f491cdaf');
CREATE TABLE confirmation (
            draft text not null references draft (id) on delete cascade,
            saves integer not null,
            document text not null,
            at text not null
        ) strict;
INSERT INTO "confirmation" VALUES('JdUDuNs0IgWZXAJAuFdctw',2,'{"name": "A. Clinician", "role": "GP"}
ee1212919b196d8be92c8456a93008531758556d4a0fb493b7b38a3a0cc2e352','2027-01-04T09:32:00+00:00');
CREATE TABLE draft (
            id text primary key, saves integer not null, at integer not null, saved text not null
        ) strict;
INSERT INTO "draft" VALUES('JdUDuNs0IgWZXAJAuFdctw',4,1,'2027-01-04T09:34:00+00:00');
CREATE TABLE kept (
            browser text not null, kind text not null, name text not null, document text not null,
            primary key (browser, kind, name)
        ) strict, without rowid;
INSERT INTO "kept" VALUES('browser','details','mine','{"name": "A. Clinician"}
dd1ae2667c2757af545a2710b75813adaca838f16ada78b902542b274b4840f0');
CREATE TABLE opened (
            browser text not null,
            draft text not null references draft (id) on delete cascade,
            at text not null,
            primary key (browser, draft)
        ) strict, without rowid;
INSERT INTO "opened" VALUES('browser','JdUDuNs0IgWZXAJAuFdctw','2027-01-04T09:30:00+00:00');
CREATE TABLE record (
            draft text not null references draft (id) on delete cascade,
            number integer not null,
            document text not null,
            at text not null,
            primary key (draft, number)
        ) strict, without rowid;
INSERT INTO "record" VALUES('JdUDuNs0IgWZXAJAuFdctw',1,'{"format": "taper-record/1", "versions": []}
38927a6a785e3506e5bd7d0b57d739ca660752fdd902948886c6d26abac80d95','2027-01-04T09:30:00+00:00');
CREATE TABLE state (
            draft text not null references draft (id) on delete cascade,
            number integer not null,
            document text not null,
            primary key (draft, number)
        ) strict, without rowid;
INSERT INTO "state" VALUES('JdUDuNs0IgWZXAJAuFdctw',0,'{"format": "taper-plan/1", "label": "½ of an old plan", "times": ["bedtime"], "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}], "phases": []}
5849c061a6d84d103f5b9de144df09777ea745fa10ba0ac610888d30a49d9964');
INSERT INTO "state" VALUES('JdUDuNs0IgWZXAJAuFdctw',1,'{"format": "taper-plan/1", "label": "second", "times": ["bedtime"], "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}], "phases": []}
7afe0553a34d4347eb16063dcca91affe6372af00c3365808a3bf761467035fd');
INSERT INTO "state" VALUES('JdUDuNs0IgWZXAJAuFdctw',2,'{"format": "taper-plan/1", "label": "third", "times": ["bedtime"], "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}], "phases": []}
8f5940276b132c605b28590fb6b9fecfb798099d0f897002dfb9ee68cd85bcb5');
CREATE INDEX confirmations on confirmation (draft, saves);
COMMIT;
PRAGMA user_version = 5;
