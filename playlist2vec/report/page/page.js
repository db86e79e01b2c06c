"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const element = (id) => document.getElementById(id);
const count = data.ids.length;
const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const vectors = new Int8Array(bytes(data.vectors).buffer);
const places = new Uint16Array(bytes(data.places).buffer);
const size = count ? vectors.length / count : 0;
const next = new Uint16Array(bytes(data.next).buffer);
const chances = bytes(data.chances);
const lengths = new Float32Array(count);
for (let row = 0; row < count; row++) {
  let sum = 0;
  for (let at = row * size; at < (row + 1) * size; at++) sum += vectors[at] * vectors[at];
  lengths[row] = Math.sqrt(sum);
}
const artistOf = (row) => (data.artist[row] < 0 ? "" : data.artists[data.artist[row]]);
const plays = (row) => (data.counts[row] === 1 ? "1 play" : `${data.counts[row]} plays`);
const about = (row) => [data.genres?.[row], plays(row)].filter(Boolean).join(", ");
const label = (row) => [artistOf(row), data.titles[row]].filter(Boolean).join(" – ") || data.ids[row];

// The cosine of a song with every song; -2 for songs without a direction.
function cosines(row) {
  const all = new Float32Array(count);
  const own = vectors.subarray(row * size, (row + 1) * size);
  for (let other = 0, at = 0; other < count; other++) {
    let sum = 0;
    for (let place = 0; place < size; place++, at++) sum += own[place] * vectors[at];
    all[other] = lengths[other] && lengths[row] ? sum / (lengths[row] * lengths[other]) : -2;
  }
  return all;
}

// How likely each song is to come next after a song, from 0 to 1; -2 for songs that its list does not have.
function following(row) {
  const all = new Float32Array(count).fill(-2);
  for (let at = row * data.listed; at < (row + 1) * data.listed; at++) if (next[at] !== row) all[next[at]] = chances[at] / 255;
  return all;
}

// The rows with the largest scores, best first, of those that may be taken.
function nearest(scores, may, most) {
  const rows = [];
  for (let row = 0; row < count; row++) if (scores[row] > -2 && may(row)) rows.push(row);
  rows.sort((a, b) => scores[b] - scores[a] || a - b);
  return rows.slice(0, most);
}

function songButton(row, chosen = choose) {
  const button = document.createElement("button");
  button.textContent = label(row);
  button.addEventListener("click", () => chosen(row));
  return button;
}

function songItem(row, note = "") {
  const item = document.createElement("li");
  item.append(songButton(row));
  if (note) {
    const small = document.createElement("small");
    small.textContent = note;
    item.append(small);
  }
  return item;
}

// --- search

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
let keys = null;

function search(text) {
  keys ??= data.ids.map((id, row) => ` ${plain(`${artistOf(row)} ${data.titles[row]}`)} ${id.toLowerCase()}`);
  const words = plain(text).split(" ").filter(Boolean);
  if (!words.length) return [];
  const hits = [];
  for (let row = 0; row < count; row++) {
    if (words.every((word) => keys[row].includes(word))) {
      hits.push([words.filter((word) => keys[row].includes(` ${word}`)).length, row]);
    }
  }
  return hits.sort((a, b) => b[0] - a[0] || a[1] - b[1]).map((hit) => hit[1]);
}

element("search").addEventListener("input", () => {
  const hits = search(element("search").value);
  const typed = element("search").value.trim();
  element("found").textContent = !typed ? "" : hits.length ? `${hits.length} found${hits.length > 20 ? ", the first 20 of them" : ""}` : "Nothing found.";
  element("results").replaceChildren(...hits.slice(0, 20).map((row) => songItem(row)));
  map.found = new Set(hits);
  map.draw();
});
element("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") element("results").querySelector("button")?.click();
  if (event.key === "ArrowDown") { element("results").querySelector("button")?.focus(); event.preventDefault(); }
});
element("results").addEventListener("keydown", (event) => {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!step) return;
  (event.target.closest("li")[step]?.querySelector("button") ?? (event.key === "ArrowUp" ? element("search") : null))?.focus();
  event.preventDefault();
});

// --- the chosen song

let chosen = -1;

function choose(row) {
  chosen = row;
  const scores = cosines(row);
  element("chosen-title").textContent = label(row);
  element("chosen-note").textContent = `${data.ids[row]}, ${about(row)} in training`;
  const near = nearest(scores, (other) => other !== row, 10);
  element("next").replaceChildren(...nearest(following(row), () => true, 10).map((other) => songItem(other, about(other))));
  element("neighbours").replaceChildren(...near.map((other) => songItem(other, `cosine ${scores[other].toFixed(2)}, ${about(other)}`)));
  element("start").disabled = !lengths[row];
  map.near = new Set(near);
  map.show(row);
}
element("start").addEventListener("click", () => startRadio(chosen));

// --- the radio

const rule = { ...data.radio };
let radio = null;

// Numbers from 0 to 1 by chance, the same for the same seed (mulberry32, Tommy Ettinger 2017).
function draws(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function startRadio(row) {
  radio = { start: row, toStart: cosines(row), played: [], skipped: new Set(), chance: draws(1) };
  for (const id of ["on", "skip", "export"]) element(id).disabled = false;
  play(row, "");
}

// The songs that may come next, with what had to be relaxed for it; the same rule as in playlist2vec/recommend/radio.py.
function allowed() {
  const recent = radio.played.slice(-rule.look_back);
  const full = Math.min(rule.cool_down - 1, radio.played.length);
  const without = (songs, heard) => {
    const resting = new Set(songs);
    const artists = new Set(heard.map((row) => data.artist[row]).filter((artist) => artist >= 0));
    return (row) => lengths[row] > 0 && !resting.has(row) && !radio.skipped.has(row) && !artists.has(data.artist[row]);
  };
  const any = (may) => { for (let row = 0; row < count; row++) if (may(row)) return true; return false; };
  for (let rest = full; rest >= 0; rest--) {
    const may = without(recent, rest ? radio.played.slice(-rest) : []);
    if (any(may)) return [may, rest === full ? "" : `an artist may come again after ${rest} songs: no other artist is left`];
  }
  for (let back = recent.length - 1; back >= 0; back--) {
    const may = without(back ? recent.slice(-back) : [], []);
    if (any(may)) return [may, `a song may come again after ${back} songs: all others have been played`];
  }
  radio.skipped.clear();
  return [(row) => lengths[row] > 0, "songs that were skipped may come again: no other is left"];
}

function playOn() {
  const current = radio.played.length ? radio.played[radio.played.length - 1] : radio.start;
  const pulled = (all) => all.map((score, row) => (score < -1.5 ? -2 : (1 - rule.pull) * score + rule.pull * radio.toStart[row]));
  let [may, note] = allowed();
  let scores = pulled(following(current));
  let near = nearest(scores, may, rule.neighbours);
  const byCosine = !near.length;
  if (byCosine) {
    scores = pulled(cosines(current));
    near = nearest(scores, may, rule.neighbours);
  }
  const spread = scores[near[0]] - scores[near[near.length - 1]] || 1;
  const weights = near.map((row) => (rule.temperature ? Math.exp((scores[row] - scores[near[0]]) / spread / rule.temperature) : 0));
  let left = radio.chance() * weights.reduce((sum, weight) => sum + weight, 0);
  let place = 0;
  if (rule.temperature) while (place < near.length - 1 && (left -= weights[place]) >= 0) place++;
  const beyond = scores.reduce((sum, score) => sum + (score > scores[near[near.length - 1]]), 1);
  if (!note && byCosine) {
    const widened = beyond > 10 * rule.neighbours ? `, widened to the ${beyond} nearest songs` : "";
    note = `by cosine${widened}: the songs that come next have been played or rest`;
  }
  play(near[place], note);
}

function play(row, note) {
  radio.played.push(row);
  element("now").replaceChildren(label(row));
  if (note) {
    const small = document.createElement("small");
    small.textContent = note;
    element("now").append(small);
  }
  element("played").append(songItem(row, note));
  element("played").lastChild.scrollIntoView({ block: "nearest" });
  map.played = radio.played;
  map.show(row);
  sound.play(row);
}
element("on").addEventListener("click", playOn);
element("skip").addEventListener("click", () => {
  radio.skipped.add(radio.played.pop());
  element("played").lastChild?.remove();
  playOn();
});
element("export").addEventListener("click", () => {
  const oneLine = (text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
  const address = (row) => (data.deezer_ids && /^track_\d+$/.test(data.ids[row]) ? `https://www.deezer.com/track/${data.ids[row].slice(6)}` : `urn:song:${encodeURIComponent(data.ids[row])}`);
  const lines = radio.played.flatMap((row) => [`#EXTINF:-1,${oneLine([artistOf(row), data.titles[row]].filter(Boolean).join(" - ") || data.ids[row])}`, address(row)]);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([["#EXTM3U", "#PLAYLIST:radio", ...lines, ""].join("\n")], { type: "application/vnd.apple.mpegurl" }));
  link.download = "radio.m3u8";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
for (const name of ["pull", "temperature"]) {
  const show = () => { element(`${name}-said`).textContent = rule[name].toFixed(name === "pull" ? 1 : 2); };
  element(name).value = rule[name];
  element(name).addEventListener("input", () => { rule[name] = Number(element(name).value); show(); });
  show();
}

// --- sound: nothing is asked of Deezer before the box is ticked

const sound = {
  number: 0,
  frame: null,
  waiting: null,
  on() { return element("sound").checked; },
  say(text) { element("sound-note").textContent = text; },
  off(text) {
    element("sound").checked = false;
    element("sound").disabled = true;
    element("audio").hidden = true;
    this.say(text);
  },
  open() {
    return new Promise((ready) => {
      this.frame = document.createElement("iframe");
      this.frame.sandbox = "allow-scripts";
      this.frame.hidden = true;
      this.frame.title = "Answers from Deezer";
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
    const search = () => "search?limit=1&q=" + encodeURIComponent([["artist", artistOf(row)], ["track", data.titles[row]]].filter((pair) => pair[1]).map(([name, text]) => `${name}:"${text.replaceAll('"', " ")}"`).join(" "));
    const known = data.deezer_ids && /^track_\d+$/.test(data.ids[row]);
    const found = await new Promise((answer) => {
      this.waiting = answer;
      setTimeout(() => answer(null), 10000);
      this.frame.contentWindow.postMessage({ number, address: `https://api.deezer.com/${known ? `track/${data.ids[row].slice(6)}` : search()}` }, "*");
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
    return address.protocol === "https:" && /(^|\.)(dzcdn\.net|deezer\.com)$/.test(address.hostname);
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

// --- the map

const map = {
  canvas: element("canvas"),
  scale: 1, x: 0.5, y: 0.5, // magnification, and what stands in the middle, from 0 to 1
  hovered: -1, found: new Set(), near: new Set(), played: [],
  side() { return Math.min(this.canvas.clientWidth, this.canvas.clientHeight) * 0.94 * this.scale; },
  at(row) {
    const side = this.side();
    return [
      (places[2 * row] / 65535 - this.x) * side + this.canvas.clientWidth / 2,
      (places[2 * row + 1] / 65535 - this.y) * side + this.canvas.clientHeight / 2,
    ];
  },
  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.paint(); });
  },
  paint() {
    const { canvas } = this;
    const ratio = devicePixelRatio || 1;
    const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(wide * ratio) || canvas.height !== Math.round(high * ratio)) {
      canvas.width = Math.round(wide * ratio);
      canvas.height = Math.round(high * ratio);
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, high);
    const style = getComputedStyle(document.documentElement);
    const dot = Math.max(1.2, Math.min(4, 1.1 * Math.sqrt(this.scale) * Math.sqrt(3000 / Math.max(count, 1000)) + 0.8));
    // Grey songs first, one path for each colour: tens of thousands of points stay fluid.
    for (let colour = -1; colour < data.colours.length; colour++) {
      pen.fillStyle = colour < 0 ? style.getPropertyValue("--bar") : data.colours[colour];
      pen.globalAlpha = colour < 0 ? 0.45 : 0.9;
      pen.beginPath();
      for (let row = 0; row < count; row++) {
        if (data.colour[row] !== colour) continue;
        const [x, y] = this.at(row);
        if (x < -5 || y < -5 || x > wide + 5 || y > high + 5) continue;
        pen.moveTo(x + dot, y);
        pen.arc(x, y, dot, 0, 6.2832);
      }
      pen.fill();
    }
    pen.globalAlpha = 1;
    const ring = (row, radius, colour, width) => {
      const [x, y] = this.at(row);
      pen.beginPath();
      pen.arc(x, y, radius, 0, 6.2832);
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    };
    const text = style.getPropertyValue("--text");
    const strong = style.getPropertyValue("--strong");
    if (this.found.size <= 500) for (const row of this.found) ring(row, dot + 3, text, 1);
    for (const row of this.near) ring(row, dot + 2.5, strong, 1);
    if (this.played.length > 1) {
      pen.beginPath();
      this.played.slice(-30).forEach((row, number) => { const [x, y] = this.at(row); if (number) pen.lineTo(x, y); else pen.moveTo(x, y); });
      pen.strokeStyle = strong;
      pen.globalAlpha = 0.6;
      pen.lineWidth = 1.2;
      pen.stroke();
      pen.globalAlpha = 1;
    }
    if (chosen >= 0) ring(chosen, dot + 5, strong, 2.5);
    if (this.played.length) ring(this.played[this.played.length - 1], dot + 8, strong, 2.5);
    if (this.hovered >= 0) ring(this.hovered, dot + 3, text, 2);
  },
  // The song under a place of the canvas, within some pixels; -1 for none.
  under(x, y, reach = 14) {
    let best = -1;
    let closest = reach * reach;
    for (let row = 0; row < count; row++) {
      const [own, other] = this.at(row);
      const away = (own - x) ** 2 + (other - y) ** 2;
      if (away < closest) { closest = away; best = row; }
    }
    return best;
  },
  zoom(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) {
    const before = this.side();
    this.scale = Math.min(60, Math.max(0.8, this.scale * factor));
    const after = this.side();
    this.x += (x - this.canvas.clientWidth / 2) * (1 / before - 1 / after);
    this.y += (y - this.canvas.clientHeight / 2) * (1 / before - 1 / after);
    this.draw();
  },
  move(x, y) {
    this.x = Math.min(1.1, Math.max(-0.1, this.x - x / this.side()));
    this.y = Math.min(1.1, Math.max(-0.1, this.y - y / this.side()));
    this.draw();
  },
  // Bring a song into sight, where it is not.
  show(row) {
    const [x, y] = this.at(row);
    if (x < 20 || y < 20 || x > this.canvas.clientWidth - 20 || y > this.canvas.clientHeight - 20) {
      this.x = places[2 * row] / 65535;
      this.y = places[2 * row + 1] / 65535;
    }
    element("shown").textContent = label(row);
    this.draw();
  },
};
const pointers = new Map();
let moved = 0;
map.canvas.addEventListener("pointerdown", (event) => {
  pointers.set(event.pointerId, event);
  map.canvas.setPointerCapture(event.pointerId);
  moved = 0;
});
map.canvas.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) {
    const row = map.under(event.offsetX, event.offsetY);
    if (row !== map.hovered) {
      map.hovered = row;
      element("shown").textContent = row < 0 ? "" : label(row);
      map.draw();
    }
    return;
  }
  if (pointers.size === 2) {
    const other = [...pointers.values()].find((each) => each.pointerId !== event.pointerId);
    const apart = (one) => Math.hypot(one.offsetX - other.offsetX, one.offsetY - other.offsetY) || 1;
    map.zoom(apart(event) / apart(before), (event.offsetX + other.offsetX) / 2, (event.offsetY + other.offsetY) / 2);
    moved = 99;
  } else {
    moved += Math.abs(event.offsetX - before.offsetX) + Math.abs(event.offsetY - before.offsetY);
    if (moved > 3) map.move(event.offsetX - before.offsetX, event.offsetY - before.offsetY);
  }
  pointers.set(event.pointerId, event);
});
for (const name of ["pointerup", "pointercancel"]) {
  map.canvas.addEventListener(name, (event) => {
    const row = name === "pointerup" && moved <= 3 ? map.under(event.offsetX, event.offsetY) : -1;
    pointers.delete(event.pointerId);
    if (row >= 0) choose(row);
  });
}
map.canvas.addEventListener("pointerleave", () => { map.hovered = -1; map.draw(); });
map.canvas.addEventListener("wheel", (event) => {
  map.zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
  event.preventDefault();
}, { passive: false });
map.canvas.addEventListener("keydown", (event) => {
  const act = {
    ArrowLeft: () => map.move(60, 0), ArrowRight: () => map.move(-60, 0), ArrowUp: () => map.move(0, 60), ArrowDown: () => map.move(0, -60),
    "+": () => map.zoom(1.4), "=": () => map.zoom(1.4), "-": () => map.zoom(1 / 1.4), 0: showAll,
  }[event.key];
  if (act) { act(); event.preventDefault(); }
});
function showAll() { Object.assign(map, { scale: 1, x: 0.5, y: data.height / 2 }); map.draw(); }
element("closer").addEventListener("click", () => map.zoom(1.6));
element("farther").addEventListener("click", () => map.zoom(1 / 1.6));
element("all").addEventListener("click", showAll);
new ResizeObserver(() => map.draw()).observe(map.canvas);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.draw());
element("legend").replaceChildren(...data.legend.map((name, colour) => {
  const item = document.createElement("li");
  const spot = document.createElement("i");
  spot.style.background = data.colours[colour];
  item.append(spot, name);
  return item;
}));
showAll();
