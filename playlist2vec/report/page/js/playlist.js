// My playlist: the songs in order, and excluded songs. Both are kept in the address, so that a reload restores them.
const state = { mine: [], banned: [], unknown: [], chosen: -1 };

function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const rows = (name) => asked.getAll(name).map((id) => rowOf.get(id)).filter((row) => row !== undefined);
  state.mine = rows("song");
  state.banned = rows("not");
  state.unknown = asked.getAll("song").filter((id) => !rowOf.has(id));
  return asked.get("view") ?? "try";
}

function writeAddress() {
  const said = new URLSearchParams();
  if (state.view && state.view !== "try") said.set("view", state.view);
  for (const row of state.mine) said.append("song", data.ids[row]);
  for (const row of state.banned) said.append("not", data.ids[row]);
  const text = said.toString();
  history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
}

// Change the playlist, then update the page. `said`: the change in words, for screen readers.
function change(mine, said) {
  state.mine = mine;
  writeAddress();
  showPlaylist();
  showNext();
  map.draw();
  if (said) element("said").textContent = said;
}

const add = (row) => change([...state.mine, row], `${label(row)} added`);
const removeAt = (place) => change(state.mine.filter((_, at) => at !== place), `${label(state.mine[place])} removed`);
function move(from, to) {
  if (to < 0 || to >= state.mine.length || from === to) return;
  const mine = [...state.mine];
  mine.splice(to, 0, ...mine.splice(from, 1));
  change(mine, `${label(mine[to])} is now number ${to + 1}`);
}

function showPlaylist() {
  const items = state.mine.map((row, place) => {
    const grip = make("button", { class: "grip", "aria-label": `Move ${label(row)}: arrow keys up and down`, onkeydown: (event) => moveByKey(event, place), onpointerdown: (event) => moveByPointer(event, place) }, "⠿");
    const name = make("button", { class: "song", onclick: () => choose(row) }, make("b", {}, titleOf(row) || label(row)), make("small", {}, artistOf(row)));
    const away = make("button", { class: "icon", "aria-label": `Remove ${label(row)}`, onclick: () => removeAt(place) }, "×");
    return make("li", {}, make("span", { class: "number" }, `${place + 1}`), grip, name, away);
  });
  element("playlist").replaceChildren(...items);
  element("empty").hidden = state.mine.length > 0;
  for (const id of ["clear", "save"]) element(id).disabled = !state.mine.length;
  const { unknown } = state;
  const shown = unknown.slice(0, 8).join("; ") + (unknown.length > 8 ? `; and ${unknown.length - 8} more` : "");
  element("unknown").textContent = unknown.length ? `${plural(unknown.length, "song")} not known to this model: ${shown}` : "";
}

function moveByKey(event, place) {
  const to = { ArrowUp: place - 1, ArrowDown: place + 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (to < 0 || to >= state.mine.length) return;
  move(place, to);
  element("playlist").children[to].querySelector(".grip").focus();
}

function moveByPointer(event, from) {
  const list = element("playlist");
  const items = [...list.children];
  items[from].classList.add("moving");
  const target = (at) => {
    const place = items.findIndex((item) => at.clientY < item.getBoundingClientRect().top + item.offsetHeight / 2);
    return place < 0 ? items.length - 1 : place > from ? place - 1 : place;
  };
  const over = (at) => items.forEach((item, place) => item.classList.toggle("target", place === target(at) && place !== from));
  const end = (at) => {
    removeEventListener("pointermove", over);
    items.forEach((item) => item.classList.remove("moving", "target"));
    if (at.type === "pointerup") move(from, target(at));
  };
  addEventListener("pointermove", over);
  addEventListener("pointerup", end, { once: true });
  addEventListener("pointercancel", end, { once: true });
  event.preventDefault();
}

// --- finding songs

const finder = { hits: [], active: -1, shown: 8 };

function showHits() {
  const typed = element("search").value.trim();
  finder.hits = typed ? search(typed) : [];
  finder.active = finder.hits.length ? 0 : -1;
  const listed = finder.hits.slice(0, finder.shown);
  element("results").replaceChildren(...listed.map((row, place) => make("li", { role: "option", id: `hit${place}`, "aria-selected": String(place === finder.active), onpointerdown: (event) => { event.preventDefault(); take(row); } }, make("b", {}, titleOf(row) || label(row)), make("small", {}, [artistOf(row), plays(row)].filter(Boolean).join(" · ")))));
  element("results").hidden = !listed.length;
  element("search").setAttribute("aria-expanded", String(listed.length > 0));
  markActive();
  element("found").textContent = !typed ? "" : finder.hits.length > finder.shown ? `${finder.hits.length.toLocaleString("en")} found, the first ${finder.shown} of them here` : finder.hits.length ? `${finder.hits.length} found` : "Nothing found.";
  map.found = new Set(finder.hits);
  map.draw();
}

function markActive() {
  [...element("results").children].forEach((item, place) => item.setAttribute("aria-selected", String(place === finder.active)));
  if (finder.active >= 0) element("search").setAttribute("aria-activedescendant", `hit${finder.active}`);
  else element("search").removeAttribute("aria-activedescendant");
}

function take(row) {
  add(row);
  element("search").value = "";
  showHits();
}

element("search").addEventListener("input", showHits);
element("search").addEventListener("keydown", (event) => {
  const listed = Math.min(finder.shown, finder.hits.length);
  if (event.key === "Enter" && finder.active >= 0) take(finder.hits[finder.active]);
  else if (event.key === "Escape") { element("search").value = ""; showHits(); }
  else if (event.key === "ArrowDown" && listed) finder.active = (finder.active + 1) % listed;
  else if (event.key === "ArrowUp" && listed) finder.active = (finder.active + listed - 1) % listed;
  else return;
  event.preventDefault();
  markActive();
});

// --- files

async function dropFile(file) {
  state.unknown = [];
  try {
    if (file.size > LARGEST_FILE) throw new Error(`more than ${LARGEST_FILE / 1024 / 1024} MB`);
    const buffer = await file.arrayBuffer();
    if (/\.zip$/iu.test(file.name)) throw new Error("a zip file: unpack it and drop the playlist in it");
    const entries = data.api ? await readByServer(file) : readPlaylist(textOf(buffer), file.name);
    if (!entries.length) throw new Error("no songs found in it");
    const rows = entries.map((entry) => (entry.row === undefined ? matched(entry) : entry.row));
    state.unknown = entries.filter((_, at) => rows[at] < 0).map(({ artist, title, ids }) => [artist, title].filter(Boolean).join(" – ") || ids[0]);
    const known = rows.filter((row) => row >= 0);
    change([...state.mine, ...known], `${file.name}: ${known.length} of ${plural(rows.length, "song")} known`);
    element("file-note").textContent = `${file.name}: ${known.length} of ${plural(rows.length, "song")} known to this model`;
  } catch (error) {
    element("file-note").textContent = `${file.name}: ${error.message}. Expected M3U, PLS, XSPF, JSPF, JSON, CSV, TSV, CUE, iTunes XML, or text with a song a line.`;
    showPlaylist();
  }
}

element("file").addEventListener("change", () => { if (element("file").files[0]) dropFile(element("file").files[0]); element("file").value = ""; });
addEventListener("dragover", (event) => { event.preventDefault(); element("drop").classList.add("over"); });
addEventListener("dragleave", () => element("drop").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  element("drop").classList.remove("over");
  if (event.dataTransfer.files[0]) dropFile(event.dataTransfer.files[0]);
});

element("clear").addEventListener("click", () => { state.unknown = []; element("file-note").textContent = ""; change([], "My playlist is empty"); });
element("save").addEventListener("click", () => download(state.mine, element("form").value, "playlist"));
element("example").addEventListener("click", () => {
  const long = training.starts.slice(0, -1).filter((start, number) => training.starts[number + 1] - start > 5);
  const start = long[Math.floor(Math.random() * long.length)] ?? 0;
  const rows = [...training.tracks.subarray(start, start + 4)].filter((song) => song < HIDDEN);
  change(rows, "The beginning of a playlist of the training data");
});
