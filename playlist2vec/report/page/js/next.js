// Suggestions with reasons in words, and the chosen song.
const LIST = 12;
const wishes = () => ({ banned: state.banned, perArtist: element("one").checked ? 1 : 0, diversity: Number(element("surprise").value) });

async function showNext() {
  const asked = [...state.mine];
  const number = (showNext.number = (showNext.number ?? 0) + 1);
  let found = [];
  if (asked.length) found = data.api ? await nextByServer(asked, LIST, wishes()) : nextSongs(asked, LIST, wishes());
  if (number !== showNext.number) return; // a newer request was made meanwhile
  map.suggested = found.map(({ row }) => row);
  const top = found.length ? found[0].score : 0;
  element("next").replaceChildren(...found.map(({ row, score }) => nextItem(row, reasonFor(asked, row), popularity ? Math.exp(score - top) : 1 / (1 + Math.max(0, top - score)))));
  element("next-note").textContent = !asked.length ? "Add a song, drop a playlist, or try an example." : found.length ? "" : "No song is left: relax the constraints.";
  for (const id of ["add-all", "radio-start", "save-next"]) element(id).disabled = !found.length;
  element("banned").replaceChildren(...state.banned.map((row) => make("li", {}, make("button", { "aria-label": `Allow ${label(row)} again`, onclick: () => ban(row, false) }, `${shortLabel(row)} ×`))));
  element("banned-part").hidden = !state.banned.length;
  map.draw();
}

function nextItem(row, reason, share) {
  const about = [artistOf(row), plays(row)].filter(Boolean).join(" · ");
  const bar = make("span", { class: "share", "aria-hidden": "true" }, make("i", {}));
  bar.firstChild.style.width = `${Math.round(100 * share)}%`;
  return make(
    "li",
    {},
    make("button", { class: "song", onclick: () => choose(row) }, make("b", {}, titleOf(row) || label(row)), make("small", {}, about), make("small", { class: "why" }, reason)),
    bar,
    make("button", { class: "icon", "aria-label": `Add ${label(row)}`, title: "Add", onclick: () => add(row) }, "+"),
    make("button", { class: "icon", "aria-label": `Not ${label(row)}`, title: "Not this one", onclick: () => ban(row, true) }, "⊘"),
  );
}

function ban(row, out) {
  state.banned = out ? [...state.banned, row] : state.banned.filter((each) => each !== row);
  writeAddress();
  element("said").textContent = `${label(row)} ${out ? "is not suggested any more" : "may be suggested again"}`;
  showNext();
}

for (const id of ["one", "surprise"]) element(id).addEventListener("input", () => showNext());
element("add-all").addEventListener("click", () => change([...state.mine, ...map.suggested.slice(0, 5)], "Five songs added"));
element("save-next").addEventListener("click", () => download([...state.mine, ...map.suggested], element("form").value, "playlist-and-next"));

// --- the chosen song

function choose(row) {
  state.chosen = row;
  const scores = cosines(row);
  const resting = new Set(twins.get(row) ?? [row]);
  const near = lengths[row] ? best(scores, (other) => !resting.has(other) && scores[other] > -1.5, 8) : [];
  const genre = data.genres?.[row];
  element("card-title").textContent = titleOf(row) || label(row);
  element("card-about").textContent = [artistOf(row), genre, plays(row), titleOf(row) === data.ids[row] ? "" : data.ids[row]].filter(Boolean).join(" · ");
  element("similar").replaceChildren(...near.map((other) => make("li", {}, make("button", { class: "song", onclick: () => choose(other) }, make("b", {}, titleOf(other) || label(other)), make("small", {}, `${[artistOf(other), plays(other)].filter(Boolean).join(" · ")} · cosine ${scores[other].toFixed(2)}`)), make("button", { class: "icon", "aria-label": `Add ${label(other)}`, onclick: () => add(other) }, "+"))));
  element("card").hidden = false;
  map.near = new Set(near);
  map.show(row);
}
element("card-add").addEventListener("click", () => { if (state.chosen >= 0) add(state.chosen); });
element("card-radio").addEventListener("click", () => startRadio([state.chosen]));
element("card-close").addEventListener("click", () => { element("card").hidden = true; state.chosen = -1; map.near = new Set(); map.draw(); element("marks").focus(); });

// --- through the server of this page, if any: exact scores of all songs of the model, and all its file formats

async function asked(path, options) {
  const answer = await fetch(data.api + path, options);
  const content = await answer.json();
  if (!answer.ok) throw new Error(typeof content.detail === "string" ? content.detail : answer.statusText);
  return content;
}

async function nextByServer(rows, most, { banned, perArtist, diversity }) {
  const ids = (some) => some.map((row) => data.ids[row]);
  const body = { songs: ids(rows), k: most, per_artist: perArtist, exclude: ids(banned), diversity };
  try {
    const { tracks } = await asked("/next", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const known = tracks.map((track) => ({ row: rowOf.get(track.track), score: popularity ? Math.log(Math.max(track.score, LEFT_OUT)) : track.score }));
    const shown = known.filter(({ row }) => row !== undefined);
    element("served-note").textContent = shown.length < known.length ? `${plural(known.length - shown.length, "suggestion")} of the whole model not shown: this page does not have them.` : "";
    return shown;
  } catch (error) {
    element("next-note").textContent = `The server does not answer (${error.message}): these suggestions are from the page itself.`;
    return nextSongs(rows, most, { banned, perArtist, diversity });
  }
}

async function readByServer(file) {
  const found = await asked(`/complete?name=${encodeURIComponent(file.name)}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
  const known = found.query.tracks.map(({ track }) => ({ row: rowOf.get(track) ?? -1, artist: "", title: track, ids: [track] }));
  return [...known, ...found.query.unknown.map((name) => ({ row: -1, artist: "", title: name, ids: [] }))];
}
