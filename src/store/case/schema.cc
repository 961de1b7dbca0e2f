#include "store/case/schema.h"

namespace custos::store {

// `seq` counts acts in the order in which they were applied: the newest has the largest. Of a merged log `log` is its case's number, of the own one ''.
std::string_view case_schema() {
  return R"sql(
CREATE TABLE logs(log TEXT PRIMARY KEY, number TEXT NOT NULL, origin TEXT NOT NULL, applied INTEGER NOT NULL, root TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE kinds(kind TEXT PRIMARY KEY, entries INTEGER NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE acts(seq INTEGER PRIMARY KEY, log TEXT NOT NULL, entry INTEGER NOT NULL, time TEXT NOT NULL, who TEXT NOT NULL, role TEXT NOT NULL,
  reason TEXT NOT NULL, authority TEXT NOT NULL, act TEXT NOT NULL, understood INTEGER NOT NULL, undone INTEGER NOT NULL, UNIQUE(log, entry));
CREATE TABLE titles(seq INTEGER PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE states(seq INTEGER PRIMARY KEY, state TEXT NOT NULL, outcome TEXT NOT NULL, text TEXT NOT NULL, into_case TEXT NOT NULL);
CREATE TABLE notes(seq INTEGER PRIMARY KEY, text TEXT NOT NULL, about TEXT NOT NULL, replaces INTEGER);
CREATE TABLE tasks(seq INTEGER PRIMARY KEY, title TEXT NOT NULL, due TEXT NOT NULL);
CREATE TABLE task_states(seq INTEGER PRIMARY KEY, task INTEGER, state TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE assignments(seq INTEGER PRIMARY KEY, task INTEGER, incident TEXT, person TEXT NOT NULL);
CREATE TABLE members(seq INTEGER PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE incidents(seq INTEGER PRIMARY KEY, log TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, level TEXT NOT NULL, rank INTEGER NOT NULL,
  score INTEGER NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, findings INTEGER NOT NULL, whole TEXT NOT NULL, segment INTEGER, leaf INTEGER);
CREATE TABLE parts(seq INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY(id, seq)) WITHOUT ROWID;
CREATE TABLE merges(seq INTEGER PRIMARY KEY, number TEXT NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL, key TEXT NOT NULL);
CREATE TABLE exports(seq INTEGER PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL);
CREATE TABLE undos(seq INTEGER PRIMARY KEY, target INTEGER);
CREATE INDEX notes_replaced ON notes(replaces);
CREATE INDEX task_states_of ON task_states(task);
CREATE INDEX assignments_of_task ON assignments(task);
CREATE INDEX assignments_of_incident ON assignments(incident);
CREATE INDEX incidents_by_id ON incidents(log, id);
CREATE VIEW in_effect AS SELECT * FROM acts WHERE understood = 1 AND undone = 0;
CREATE VIEW current_members AS
  SELECT person, members.role AS role, time AS since, who AS by FROM members JOIN in_effect USING (seq)
  WHERE state = 'added' AND log = '' AND seq = (SELECT max(m.seq) FROM members m JOIN in_effect a USING (seq) WHERE m.person = members.person AND a.log = '')
  ORDER BY person;
CREATE VIEW current_notes AS
  SELECT seq, log, entry, time, who, text, about FROM notes JOIN in_effect USING (seq)
  WHERE NOT EXISTS (SELECT 1 FROM notes n JOIN in_effect USING (seq) WHERE n.replaces = notes.seq) ORDER BY seq;
CREATE VIEW current_tasks AS
  SELECT seq, log, entry, time, who, title, due,
    coalesce((SELECT s.state FROM task_states s JOIN in_effect USING (seq) WHERE s.task = tasks.seq ORDER BY seq DESC LIMIT 1), 'open') AS state,
    coalesce((SELECT s.text FROM task_states s JOIN in_effect USING (seq) WHERE s.task = tasks.seq ORDER BY seq DESC LIMIT 1), '') AS said,
    coalesce((SELECT s.person FROM assignments s JOIN in_effect USING (seq) WHERE s.task = tasks.seq ORDER BY seq DESC LIMIT 1), '') AS person
  FROM tasks JOIN in_effect USING (seq) ORDER BY seq;
CREATE VIEW newest_incidents AS
  SELECT i.* FROM incidents i WHERE seq = (SELECT max(n.seq) FROM incidents n WHERE n.log = i.log AND n.id = i.id);
CREATE VIEW current_incidents AS
  SELECT seq, log, acts.entry AS entry, id, title, level, score, first, last, findings, whole, segment, leaf,
    coalesce((SELECT s.person FROM assignments s JOIN in_effect USING (seq) WHERE s.incident = i.id ORDER BY seq DESC LIMIT 1), '') AS person
  FROM newest_incidents i JOIN acts USING (seq, log)
  WHERE NOT EXISTS (SELECT 1 FROM parts p JOIN newest_incidents n USING (seq) WHERE p.id = i.id AND p.seq > i.seq AND n.id <> i.id)
  ORDER BY score DESC, rank DESC, first, id, log;
)sql";
}

}  // namespace custos::store
