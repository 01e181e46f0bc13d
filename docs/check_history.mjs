// Check a casereview history on SQLite with nothing but Node.js 24: docs/history.md describes the format.
//
//     node check_history.mjs casereview.db [SEAL]
//
// Prints one line for each fault and the number of events. Exits with 1 if there is a fault, with 2 if it cannot check.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

process.on("uncaughtException", (error) => { console.error(`Cannot check: ${error.message}`); process.exit(2); });
const [file, seal] = process.argv.slice(2);
if (!file) throw new Error("name the database file");
const database = new DatabaseSync(file, { readOnly: true });
const PARTS = ["recorded_by", "decided_by", "data", "effects"];
const COLUMNS = ["format", "case_ref", "seq", "kind", "trigger", "from_state", "to_state", "command_id", "actor_id",
  "channel", "recorded_by", "decided_by", "occurred_at", "occurred_on", "precision", "recorded_at", "workflow",
  "workflow_version", "data", "effects", "previous_hash"].sort();
const faults = [];
const fault = (ref, seq, text) => faults.push(`${ref} event ${seq}: ${text}`);
const sha256 = (...pieces) => pieces.reduce((hash, piece) => hash.update(piece), createHash("sha256")).digest("hex");

// The text that an event's hash covers. The JSON columns are canonical already, so their text is taken as it is.
const canonical = (row) => "{" + COLUMNS.map((name) => {
  const value = row[name];
  return JSON.stringify(name) + ":" + (PARTS.includes(name) && value !== null ? value : JSON.stringify(value));
}).join(",") + "}";

const isDigest = (value) => value !== null && typeof value === "object" && Object.keys(value).length === 1
  && /^[0-9a-f]{64}$/.test(value.sha256);

function* digestsIn(value) {
  if (isDigest(value)) yield value.sha256;
  else if (value !== null && typeof value === "object") for (const item of Object.values(value)) yield* digestsIn(item);
}

// The value at a path such as visits[0].who, or notes["a key"].
const at = (value, path) => {
  for (const [, index, key, name] of path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)) {
    value = value?.[index ?? (key === undefined ? name : JSON.parse(key))];
  }
  return value;
};

// Compare an event's values with its digests. Return the digests without a value.
function unstored(row, parts, disposed) {
  const missing = new Set(PARTS.flatMap((part) => [...digestsIn(parts[part])]));
  const stored = row.content === null ? {} : JSON.parse(row.content);
  for (const part of Object.keys(stored)) {
    for (const [path, entry] of Object.entries(stored[part])) {
      if (entry === null) continue; // disposed of: its digest has to stand in an event that says so
      const digest = sha256(Buffer.from(entry[0], "hex"), entry[2] ? "sensitive" : "", entry[1]);
      const wanted = at(parts[part], path)?.sha256;
      if (wanted !== digest) fault(row.case_ref, row.seq, `the value of ${part} ${path} was changed`);
      if (disposed.has(digest)) fault(row.case_ref, row.seq, `the value of ${part} ${path} was disposed of, and is back`);
      missing.delete(wanted);
    }
  }
  return missing;
}

const events = database.prepare(`SELECT e.*, v.content FROM casereview_event e LEFT JOIN casereview_event_values v
  ON v.case_ref = e.case_ref AND v.seq = e.seq ORDER BY e.case_ref, e.seq`);
const cases = new Map();
for (const row of events.iterate()) {
  const known = cases.get(row.case_ref) ?? { hashes: [""], rows: [], disposed: new Set() };
  cases.set(row.case_ref, known);
  if (row.seq !== known.hashes.length) fault(row.case_ref, row.seq, "events were removed, inserted or reordered");
  if (row.previous_hash !== known.hashes.at(-1)) fault(row.case_ref, row.seq, "it does not follow the event before it");
  if (sha256(canonical(row)) !== row.hash) fault(row.case_ref, row.seq, "it was changed");
  known.hashes.push(row.hash);
  try {
    const parts = Object.fromEntries(PARTS.map((part) => [part, JSON.parse(row[part] ?? "null")]));
    if (row.kind === "disposed") for (const digest of parts.data.digests) known.disposed.add(digest);
    known.rows.push([row, parts]);
  } catch { fault(row.case_ref, row.seq, "it cannot be read"); }
}
for (const [ref, known] of cases) {
  for (const [row, parts] of known.rows) {
    try {
      for (const digest of unstored(row, parts, known.disposed)) {
        if (!known.disposed.has(digest)) fault(ref, row.seq, "a value was removed or changed, and no event says so");
      }
    } catch { fault(ref, row.seq, "its values cannot be read"); }
  }
  const stored = database.prepare("SELECT seq, head FROM casereview_case WHERE ref = ?").get(ref);
  if (stored?.seq !== known.hashes.length - 1 || stored?.head !== known.hashes.at(-1)) fault(ref, stored?.seq ?? 1, "wrong head");
}
const orphan = `FROM casereview_event_values v WHERE NOT EXISTS
  (SELECT 1 FROM casereview_event e WHERE e.case_ref = v.case_ref AND e.seq = v.seq)`;
for (const row of database.prepare(`SELECT case_ref, seq ${orphan}`).all()) fault(row.case_ref, row.seq, "values of no event");
for (const row of database.prepare("SELECT ref FROM casereview_case").all()) {
  if (!cases.has(row.ref)) fault(row.ref, 1, "all events were removed");
}
for (const line of seal ? readFileSync(seal, "utf8").trim().split("\n").map((text) => JSON.parse(text)) : []) {
  if (line.ref && cases.get(line.ref)?.hashes[line.seq] !== line.hash) fault(line.ref, line.seq, "it differs from the seal");
}
for (const text of faults) console.log(text);
console.log(`${[...cases.values()].reduce((sum, known) => sum + known.hashes.length - 1, 0)} events: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
