/*
 * What was said in this tab about photos and products, and how far each saying has come.
 *
 * The journal lies in the tab's session storage: what could not be sent survives a reload, and
 * undo works after one. Everybody who signs in has their own: nothing that waits is sent, or taken
 * back, under the name of whoever comes next. An entry `wants` to be "saved" or "undone", and its `state` is "sending",
 * "done" or "failed"; a failed one has its `problem` in words and is sent again only when somebody
 * asks for it. One that was refused since another person is signed in is refused for as long as the
 * page stays: what helps is to `reload` it.
 */

const JOURNAL = "likeness.judgements";
const KEPT = 300; // entries; what is not saved is never dropped
const PATIENCE = 20_000; // milliseconds
const NOBODY = 401; // the status for whoever is signed out, and may come back
const ANOTHER = "person_changed"; // the code where the page was drawn for somebody else
let journalReader = ""; // for whom the page was drawn
let memory = []; // where session storage is forbidden
let sending = Promise.resolve(); // one at a time: the last thing said must also arrive last

/** `say` gives a text, `language` the one of the server's sentences; `changed` is told of changes. */
function createJournal({ say, language, changed }) {
  function write(entries) {
    writeJournal(entries);
    changed();
  }

  function change(id, update) {
    write(readJournal().map((entry) => (entry.id === id ? { ...entry, ...update(entry) } : entry)));
  }

  function drop(entry) {
    write(readJournal().filter(({ id }) => id !== entry.id));
  }

  function send(entry, wants) {
    change(entry.id, () => ({ wants, state: "sending", problem: null, code: null, page: performance.timeOrigin }));
    sending = sending.then(() => deliver(entry.id));
    return sending;
  }

  /** Bring the server to what the entry wants now, which may have changed while it waited. */
  async function deliver(id) {
    const entry = readJournal().find((one) => one.id === id);
    if (entry?.state !== "sending") return;
    // Taken back while it waited for its turn: nobody ever heard of it.
    if (entry.wants === "undone" && !entry.posted) return drop(entry);
    change(id, () => ({ posted: true }));
    const outcome = await ask(...requestFor(entry, language()), say);
    change(id, (now) => (now.wants === entry.wants ? outcome : {}));
  }

  /** Say something about a pair; what was said of it before and never arrived is replaced. */
  function judge(judgement) {
    const kept = readJournal().filter((old) => !(isOf(old, judgement) && neverSaved(old)));
    const entry = { id: newId(), ...judgement };
    writeJournal([...kept, entry]);
    return send(entry, "saved");
  }

  /** Take something back. What the server refused was never there, so nothing needs to be asked. */
  function undo(entry) {
    if (neverSaved(entry) && entry.answered) return drop(entry);
    // To the end: what the server answers now is the latest that is known of the pair.
    writeJournal([...readJournal().filter(({ id }) => id !== entry.id), entry]);
    return send(entry, "undone");
  }

  return { judge, undo, drop, entries: () => readJournal().map((entry) => seen(entry, say)), retry };

  function retry(entry) {
    return send(entry, entry.wants);
  }
}

/** The last entry that stands and that `which` picks: what undo takes back. */
function lastStanding(entries, which) {
  return entries.findLast((entry) => entry.wants === "saved" && which(entry)) ?? null;
}

/** Resolves when nothing is on its way any more. */
async function settled() {
  let last = null;
  while (last !== sending) {
    last = sending;
    await last;
  }
}

function isOf(entry, { photo, product }) {
  return entry.photo === photo && entry.product === product;
}

function neverSaved(entry) {
  return entry.wants === "saved" && entry.state === "failed";
}

/**
 * A page that was left while it sent can no longer tell what came of it: asking again is safe. One
 * that was loaded since is drawn for who is here now, who may send what waits for them.
 */
function seen(entry, say) {
  if (entry.page === performance.timeOrigin) return { ...entry, reload: isOutdated(entry) };
  if (entry.state === "sending") {
    return { ...entry, state: "failed", answered: false, retry: true, problem: say("interrupted") };
  }
  return isOutdated(entry) ? { ...entry, problem: say("another") } : entry;
}

/** Whether a refusal says that the page was drawn for somebody else than is here now. */
function isOutdated({ code }) {
  return code === ANOTHER;
}

function loadAgain() {
  location.reload();
}

function requestFor(entry, language) {
  const { id, photo, product, verdict, who, origin, space } = entry;
  const similarity = Math.max(-1, Math.min(1, entry.similarity)); // a float's noise goes beyond
  const asked = new URLSearchParams({ language, reader: journalReader });
  if (entry.wants === "undone") {
    asked.set("who", who);
    return [`api/judgements/${id}?${asked}`, { method: "DELETE" }];
  }
  const body = JSON.stringify({ id, photo, product, verdict, who, origin, space, similarity });
  const headers = { "Content-Type": "application/json" };
  return [`api/judgements?${asked}`, { method: "POST", headers, body }];
}

/** What came of a request, as the entry keeps it. `now`: the verdict that holds after an undo. */
async function ask(address, options, say) {
  const failed = (problem, answered, retry, code = null) => ({ state: "failed", problem, answered, retry, code });
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(address, { ...options, keepalive: true, signal });
    const body = await response.json().catch(() => null);
    const gone = options.method === "DELETE" && response.status === 404;
    if (response.ok || gone) return { state: "done", now: gone ? null : (body?.verdict ?? null) };
    const mayRetry = body?.retry !== false || response.status === NOBODY;
    if (body?.error) return failed(body.error, true, mayRetry, body.code);
    return failed(say("server_failed", { status: response.status }), false, true);
  } catch {
    return failed(say("unreachable"), false, true);
  }
}

/** Where something of somebody's is kept in a tab that others may use next; "" is nobody known. */
function placeFor(reader, place) {
  return reader ? `${place}.${reader}` : place;
}

/** Open the journal of whoever reads now. */
function openJournalOf(reader) {
  if (reader !== journalReader) memory = [];
  journalReader = reader;
}

function journalPlace() {
  return placeFor(journalReader, JOURNAL);
}

function readJournal() {
  try {
    const entries = JSON.parse(sessionStorage.getItem(journalPlace()) ?? "[]");
    return Array.isArray(entries) ? entries : [];
  } catch {
    return memory;
  }
}

function writeJournal(entries) {
  const surplus = Math.max(0, entries.length - KEPT);
  memory = entries.filter((entry, index) => index >= surplus || entry.state !== "done");
  try {
    sessionStorage.setItem(journalPlace(), JSON.stringify(memory));
  } catch (error) {
    console.info("Judgements are kept in memory only: no session storage.", error.name);
  }
}

/** A random UUID. Browsers offer it themselves only over HTTPS and on this machine. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
