// The radio: an endless playlist, drawn song by song from the suggestions after all songs so far, as recommend/radio.py.
const tuning = { ...data.radio };
let radio = null;

function startRadio(rows) {
  radio = { before: [...rows], toStart: scoresAfter(rows), played: [], skipped: new Set(), chance: draws(1) };
  element("radio").hidden = false;
  for (const id of ["radio-on", "radio-skip", "radio-add", "radio-save"]) element(id).disabled = false;
  element("played").replaceChildren();
  if (rows.length === 1 && !state.mine.includes(rows[0])) {
    radio.before = [];
    play(rows[0], "");
  } else playOn();
  element("radio").scrollIntoView({ block: "nearest" });
}

// Return a test for songs that may come next, and a note on relaxed rules.
function allowed() {
  const heard = [...radio.before, ...radio.played];
  const recent = heard.slice(-tuning.look_back);
  const full = Math.min(tuning.cool_down - 1, heard.length);
  const without = (songs, playedBy) => {
    const resting = new Set([...songs, ...radio.skipped].flatMap((row) => twins.get(row) ?? [row]));
    const artists = new Set(playedBy.map((row) => data.artist[row]).filter((artist) => artist >= 0));
    return (row) => possible(row) && !resting.has(row) && !artists.has(data.artist[row]);
  };
  const any = (may) => { for (let row = 0; row < count; row++) if (may(row)) return true; return false; };
  for (let rest = full; rest >= 0; rest--) {
    const may = without(recent, rest ? heard.slice(-rest) : []);
    if (any(may)) return [may, rest === full ? "" : `an artist may come again after ${plural(rest, "song")}: no other artist is left`];
  }
  for (let back = recent.length - 1; back >= 0; back--) {
    const may = without(back ? recent.slice(-back) : [], []);
    if (any(may)) return [may, `a song may come again after ${plural(back, "song")}: all others have been played`];
  }
  radio.skipped.clear();
  return [possible, "songs that were skipped may come again: no other is left"];
}

function playOn() {
  const after = scoresAfter([...radio.before, ...radio.played].slice(-tuning.look_back));
  const scores = after.map((score, row) => (score === -Infinity ? score : (1 - tuning.pull) * score + tuning.pull * radio.toStart[row]));
  let [may, note] = allowed();
  const nearby = best(scores, may, tuning.neighbours);
  const last = scores[nearby[nearby.length - 1]];
  const spread = scores[nearby[0]] - last || 1;
  const weights = nearby.map((row) => (tuning.temperature ? Math.exp((scores[row] - scores[nearby[0]]) / spread / tuning.temperature) : 0));
  let left = radio.chance() * weights.reduce((sum, weight) => sum + weight, 0);
  let place = 0;
  if (tuning.temperature) while (place < nearby.length - 1 && (left -= weights[place]) >= 0) place++;
  const beyond = scores.reduce((sum, score) => sum + (score > last), 1);
  if (!note && beyond > 10 * tuning.neighbours) note = `widened to the ${beyond.toLocaleString("en")} best songs: the better ones have been played or rest`;
  play(nearby[place], note);
}

function play(row, note) {
  radio.played.push(row);
  element("now").textContent = label(row);
  const item = make("li", {}, make("button", { class: "song", onclick: () => choose(row) }, make("b", {}, titleOf(row) || label(row)), make("small", {}, artistOf(row)), ...(note ? [make("small", { class: "note" }, note)] : [])), make("button", { class: "icon", "aria-label": `Add ${label(row)}`, onclick: () => add(row) }, "+"));
  element("played").append(item);
  element("played").scrollTop = element("played").scrollHeight;
  map.show(row);
  sound.play(row);
}
element("radio-start").addEventListener("click", () => startRadio(state.mine));
element("radio-on").addEventListener("click", playOn);
element("radio-skip").addEventListener("click", () => {
  radio.skipped.add(radio.played.pop());
  element("played").lastChild?.remove();
  playOn();
});
element("radio-add").addEventListener("click", () => change([...state.mine, ...radio.played.filter((row) => !state.mine.includes(row))], "The radio's songs added"));
element("radio-save").addEventListener("click", () => download(radio.played, element("form").value, "radio"));
for (const name of ["pull", "temperature"]) {
  const show = () => { element(`${name}-said`).textContent = tuning[name].toFixed(name === "pull" ? 1 : 2); };
  element(name).value = tuning[name];
  element(name).addEventListener("input", () => { tuning[name] = Number(element(name).value); show(); });
  show();
}

// --- sound: no request to Deezer before the box is ticked

const sound = {
  number: 0,
  frame: null,
  waiting: null,
  on: () => element("sound").checked,
  say(text) { element("sound-note").textContent = text; },
  off(text) {
    element("sound").checked = false;
    element("sound").disabled = true;
    element("audio").hidden = true;
    this.say(text);
  },
  open() {
    return new Promise((ready) => {
      this.frame = make("iframe", { sandbox: "allow-scripts", hidden: true, title: "Answers from Deezer" });
      this.frame.srcdoc = `<!DOCTYPE html><head></head><script>${element("frame").textContent}</` + "script>";
      addEventListener("message", (event) => {
        if (event.source !== this.frame.contentWindow) return;
        if (event.data.ready) ready();
        else if (this.waiting && event.data.number === this.number) this.waiting(event.data.found);
      });
      document.body.append(this.frame);
    });
  },
  async play(row) {
    element("audio").pause();
    if (!this.on() || element("sound").disabled) return;
    if (!this.frame) await this.open();
    const number = ++this.number;
    const wanted = () => "search?limit=1&q=" + encodeURIComponent([["artist", artistOf(row)], ["track", data.titles[row]]].filter((pair) => pair[1]).map(([name, text]) => `${name}:"${text.replaceAll('"', " ")}"`).join(" "));
    const known = data.deezer_ids && /^track_\d+$/u.test(data.ids[row]);
    const found = await new Promise((answer) => {
      this.waiting = answer;
      setTimeout(() => answer(null), 10000);
      this.frame.contentWindow.postMessage({ number, address: `https://api.deezer.com/${known ? `track/${data.ids[row].slice(6)}` : wanted()}` }, "*");
    });
    if (number !== this.number) return;
    if (!found) return this.off("Deezer cannot be reached from here: the radio goes on without sound.");
    if (found.code === 4) return this.say("Deezer's quota is used up for some seconds.");
    if (!isPreview(found.preview)) return this.say("No preview of this song.");
    this.say("");
    element("audio").hidden = false;
    element("audio").src = found.preview;
    element("audio").play().catch(() => this.say("The browser did not start the preview: press play."));
  },
};
function isPreview(text) {
  try {
    const address = new URL(text);
    return address.protocol === "https:" && /(^|\.)(dzcdn\.net|deezer\.com)$/u.test(address.hostname);
  } catch {
    return false;
  }
}
element("sound").addEventListener("change", () => {
  sound.say("");
  if (radio && sound.on()) sound.play(radio.played[radio.played.length - 1]);
  else element("audio").pause();
});
element("audio").addEventListener("ended", () => { if (sound.on()) playOn(); });
