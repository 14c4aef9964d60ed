-- Made by version 6 of the file, as its own code wrote it.
BEGIN TRANSACTION;
CREATE TABLE beside (
	draft TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	document TEXT NOT NULL, 
	PRIMARY KEY (draft, kind), 
	FOREIGN KEY(draft) REFERENCES draft (id) ON DELETE cascade
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "beside" VALUES('xZUjE_PYha0uqFa12G56cg','words','{"coping": "a walk"}
1c5bfacac0e63238d9578475d886c4941528799ed546ffbf36864eb4f491cdaf');
CREATE TABLE confirmation (
	draft TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	saves INTEGER NOT NULL, 
	document TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (draft, number), 
	FOREIGN KEY(draft) REFERENCES draft (id) ON DELETE cascade
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "confirmation" VALUES('xZUjE_PYha0uqFa12G56cg',1,2,'{"name": "A. Clinician", "role": "GP"}
ee1212919b196d8be92c8456a93008531758556d4a0fb493b7b38a3a0cc2e352','2027-01-04T09:32:00+00:00');
CREATE TABLE draft (
	id TEXT NOT NULL, 
	saves INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	saved TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "draft" VALUES('xZUjE_PYha0uqFa12G56cg',4,1,'2027-01-04T09:34:00+00:00');
CREATE TABLE kept (
	browser TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	document TEXT NOT NULL, 
	PRIMARY KEY (browser, kind, name)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "kept" VALUES('browser','details','mine','{"name": "A. Clinician"}
dd1ae2667c2757af545a2710b75813adaca838f16ada78b902542b274b4840f0');
CREATE TABLE opened (
	browser TEXT NOT NULL, 
	draft TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (browser, draft), 
	FOREIGN KEY(draft) REFERENCES draft (id) ON DELETE cascade
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "opened" VALUES('browser','xZUjE_PYha0uqFa12G56cg','2027-01-04T09:30:00+00:00');
CREATE TABLE record (
	draft TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	document TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (draft, number), 
	FOREIGN KEY(draft) REFERENCES draft (id) ON DELETE cascade
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "record" VALUES('xZUjE_PYha0uqFa12G56cg',1,'{"format": "taper-record/1", "versions": []}
38927a6a785e3506e5bd7d0b57d739ca660752fdd902948886c6d26abac80d95','2027-01-04T09:30:00+00:00');
CREATE TABLE state (
	draft TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	document TEXT NOT NULL, 
	PRIMARY KEY (draft, number), 
	FOREIGN KEY(draft) REFERENCES draft (id) ON DELETE cascade
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "state" VALUES('xZUjE_PYha0uqFa12G56cg',0,'{"format": "taper-plan/1", "label": "½ of an old plan", "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "10"}}]}
08743fd119c8359d7883e2327a0dc965b67380a3f0f836bae311f04dbee90e3d');
INSERT INTO "state" VALUES('xZUjE_PYha0uqFa12G56cg',1,'{"format": "taper-plan/1", "label": "second", "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}]}
cd0346e8a1f71d7c351cf2fbb10d1c58014a01f6216f443d96232ffc29add6c2');
INSERT INTO "state" VALUES('xZUjE_PYha0uqFa12G56cg',2,'{"format": "taper-plan/1", "label": "third", "regimen": [{"drug": "diazepam", "doses_mg": {"bedtime": "7.5"}}]}
05222acd284276e1c2dc0b80d4fd9a454e312267aa684ea67c3750a5423b3ac9');
CREATE INDEX openings ON opened (draft);
COMMIT;
PRAGMA user_version = 6;
