"use strict";
// The data of the page: songs by row, the most frequent first, and the rule that ranks them.
const data = JSON.parse(document.getElementById("data").textContent);
const element = (id) => document.getElementById(id);
const count = data.ids.length;
const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;
const floats = (text) => new Float32Array(bytes(text));
const places = new Uint16Array(bytes(data.places));
const rowOf = new Map(data.ids.map((id, row) => [id, row]));
const twins = new Map(data.twins.flatMap((rows) => rows.map((row) => [row, rows])));

const artistOf = (row) => (data.artist[row] < 0 ? "" : data.artists[data.artist[row]]);
const titleOf = (row) => data.titles[row] || (artistOf(row) ? "" : data.ids[row]);
const label = (row) => [artistOf(row), data.titles[row]].filter(Boolean).join(" – ") || data.ids[row];
const shortLabel = (row) => data.titles[row] || label(row);
const plural = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
const plays = (row) => plural(data.counts[row], "play");

// Return an element with attributes, handlers (such as onclick) and children. Strings become text, never markup.
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// Return a generator of random numbers from 0 to 1, determined by the seed (mulberry32, Tommy Ettinger 2017).
function draws(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
