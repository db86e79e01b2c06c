// Readers of playlist files in common formats, as songs { ids, artist, title }. No data leaves the machine.
const LARGEST_FILE = 16 * 1024 * 1024;

function textOf(buffer) {
  const head = new Uint8Array(buffer.slice(0, 3));
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder("utf-16le").decode(buffer);
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder("utf-16be").decode(buffer);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(buffer);
  } catch {
    return new TextDecoder("windows-1252").decode(buffer);
  }
}

const DASH = /\s+[–—-]\s+/u;
const named = (text, ids = []) => {
  const parts = text.trim().split(DASH);
  return parts.length > 1 ? { ids, artist: parts[0], title: parts.slice(1).join(" - ") } : { ids, artist: "", title: text.trim() };
};
const fileName = (path) => decoded(path.split(/[\\/]/).pop()).replace(/\.\w{2,4}$/u, "").replace(/^\d{1,3}[.\s_-]+(?=\S)/u, "");
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readM3u(text) {
  const songs = [];
  let said = "";
  for (const line of text.split(/\r\n|\r|\n/u).map((each) => each.trim()).filter(Boolean)) {
    if (line.startsWith("#EXTINF:")) said = line.replace(/^#EXTINF:[^,]*,/u, "");
    else if (!line.startsWith("#")) {
      songs.push(named(said || fileName(line), [line]));
      said = "";
    }
  }
  return songs;
}

function readPls(text) {
  const found = new Map();
  for (const [, kind, number, value] of text.matchAll(/^(file|title)(\d+)=(.*)$/gimu)) {
    const entry = found.get(number) ?? {};
    found.set(number, { ...entry, [kind.toLowerCase()]: value.trim() });
  }
  return [...found.values()].map(({ file = "", title = "" }) => named(title || fileName(file), file ? [file] : []));
}

function readCue(text) {
  const value = (block, key) => block.match(new RegExp(`^\\s*${key}\\s+"?([^"\\r\\n]*)"?`, "mu"))?.[1] ?? "";
  const [album, ...tracks] = text.split(/^\s*TRACK\s+\d+\s+AUDIO/gimu);
  return tracks.map((block) => ({ ids: [], artist: value(block, "PERFORMER") || value(album, "PERFORMER"), title: value(block, "TITLE") }));
}

function readXml(text) {
  const parsed = new DOMParser().parseFromString(text.replace(/<!DOCTYPE[^>]*>/iu, ""), "text/xml");
  if (parsed.querySelector("parsererror")) throw new Error("XML that cannot be read");
  const plist = parsed.getElementsByTagName("plist")[0];
  if (plist) return readPlist(parsed);
  const songs = [];
  for (const entry of parsed.querySelectorAll("track, media, entry")) {
    const inside = (name) => [...entry.getElementsByTagName("*")].find((each) => each.localName.toLowerCase() === name)?.textContent.trim() ?? "";
    const source = entry.getAttribute("src") ?? [...entry.children].find((each) => each.localName.toLowerCase() === "ref")?.getAttribute("href") ?? "";
    const ids = [inside("identifier"), inside("location"), source].filter(Boolean);
    const title = inside("title") || entry.getAttribute("trackTitle") || "";
    const artist = inside("creator") || inside("author") || entry.getAttribute("trackArtist") || "";
    if (title || ids.length) songs.push(title ? { ids, artist, title } : named(fileName(ids[0]), ids));
  }
  return songs;
}

// Read an export of iTunes or Music: a dictionary of tracks, and playlists of track numbers.
function readPlist(parsed) {
  const valueOf = (dictionary, key) => [...dictionary.children].find((each) => each.localName === "key" && each.textContent === key)?.nextElementSibling;
  const root = parsed.querySelector("plist > dict");
  const tracks = new Map();
  for (const track of valueOf(root, "Tracks")?.querySelectorAll(":scope > dict") ?? []) {
    const said = (key) => valueOf(track, key)?.textContent ?? "";
    tracks.set(said("Track ID"), { ids: [said("Location")].filter(Boolean), artist: said("Artist"), title: said("Name") });
  }
  const items = [...(valueOf(root, "Playlists")?.querySelectorAll(":scope > dict") ?? [])].flatMap((list) => [...(valueOf(list, "Playlist Items")?.children ?? [])]);
  const ordered = items.map((item) => tracks.get(valueOf(item, "Track ID")?.textContent)).filter(Boolean);
  return ordered.length ? ordered : [...tracks.values()];
}

const words = (text) => text.normalize("NFC").toLowerCase().replace(/[_\s]+/gu, " ").replace(/[()[\]:]/gu, "").trim();
const firstOf = (object, names) => {
  const known = new Map(Object.entries(object).map(([key, value]) => [words(key.replace(/([a-z])([A-Z])/gu, "$1 $2")), value]));
  for (const name of names) if (known.get(name) !== undefined && known.get(name) !== null && known.get(name) !== "") return known.get(name);
  return "";
};
const asText = (value) => (Array.isArray(value) ? value.map(asText).filter(Boolean).join(", ") : value && typeof value === "object" ? asText(value.name ?? value["#text"] ?? "") : String(value ?? ""));

function readJson(text) {
  const songs = [];
  const look = (value, depth) => {
    if (depth > 12 || value === null || typeof value !== "object") return;
    if (Array.isArray(value)) {
      for (const each of value) if (typeof each === "string") songs.push(named(each, [each])); else look(each, depth + 1);
      return;
    }
    const inner = ["track", "song", "track_metadata"].map((key) => value[key]).find((each) => each && typeof each === "object" && !Array.isArray(each));
    if (inner) return look(inner, depth + 1);
    const title = asText(firstOf(value, data.words.titles));
    const artist = asText(firstOf(value, data.words.artists));
    const ids = [...data.words.ids, "track"].flatMap((name) => firstOf(value, [name])).map(asText).filter(Boolean);
    const lists = Object.values(value).filter((each) => Array.isArray(each) && each.some((one) => one && typeof one === "object"));
    if ((title && artist) || (ids.length && !lists.length)) songs.push({ ids, artist, title });
    else for (const each of Object.values(value)) if (each && typeof each === "object") look(each, depth + 1);
  };
  look(JSON.parse(text), 0);
  return songs;
}

// Return the rows of a table, with quotes as in CSV. `separator`: of the cells.
function rowsOf(text, separator) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    const row = rows[rows.length - 1];
    if (quoted) {
      if (sign !== '"') row[row.length - 1] += sign;
      else if (text[at + 1] === '"') { row[row.length - 1] += '"'; at++; } else quoted = false;
    } else if (sign === '"' && !row[row.length - 1]) quoted = true;
    else if (sign === separator) row.push("");
    else if (sign === "\n" || sign === "\r") { if (row.length > 1 || row[0]) rows.push([""]); } else row[row.length - 1] += sign;
  }
  return rows.filter((row) => row.some(Boolean));
}

// Return the songs of a table, or null if the header has no known names.
function readTable(text) {
  const first = text.split(/\r\n|\r|\n/u, 1)[0];
  for (const separator of ["\t", ";", ","]) {
    if (!first.includes(separator)) continue;
    const [header, ...rows] = rowsOf(text, separator);
    const columns = header.map(words);
    const column = (names) => names.map((name) => columns.indexOf(name)).filter((place) => place >= 0);
    const [titles, artists, ids] = [data.words.titles, data.words.artists, [...data.words.ids, "track"]].map(column);
    if (!titles.length && !ids.length) continue;
    const cell = (row, place) => (row[place] ?? "").replace(/^'(?=[=+\-@])/u, "").trim();
    return rows.map((row) => {
      const title = titles.length ? cell(row, titles[0]) : columns.includes("track") && artists.length ? cell(row, columns.indexOf("track")) : "";
      return { ids: ids.map((place) => cell(row, place)).filter(Boolean), artist: artists.length ? cell(row, artists[0]) : "", title };
    });
  }
  return null;
}

function readLines(text) {
  return text.split(/\r\n|\r|\n/u).map((line) => line.trim()).filter((line) => line && !line.startsWith("#")).map((line) => {
    const bare = line.replace(/\t/gu, " - ").replace(/^\s*(?:\d{1,3}[.)]|[*•-])\s+/u, "");
    return named(bare, [line, bare]);
  });
}

// Return the songs of a file in order. Throws an Error that describes the problem.
function readPlaylist(text, name = "") {
  const content = text.replace(/^\uFEFF/u, "").trimStart();
  const ending = name.toLowerCase().match(/\.(\w+)$/u)?.[1] ?? "";
  if (/^[[{]/u.test(content) && !/^\[playlist\]/iu.test(content)) {
    try {
      return readJson(content);
    } catch {
      const lines = content.split("\n").filter((line) => line.trim());
      return lines.flatMap((line) => readJson(line));
    }
  }
  if (content.startsWith("<")) return readXml(content);
  if (/^\[playlist\]/iu.test(content) || ending === "pls") return readPls(content);
  if (content.startsWith("#EXTM3U") || ["m3u", "m3u8"].includes(ending)) return readM3u(content);
  if (ending === "cue" || /^\s*TRACK\s+\d+\s+AUDIO/imu.test(content)) return readCue(content);
  return readTable(content) ?? readLines(content);
}

// Return the ids that a text of a file may mean: the text, the id in an address, and forms of Deezer and Spotify.
function spellings(text) {
  const found = [text, text.replace(/^urn:song:/u, "")].flatMap((each) => [each, decoded(each)]);
  const inside = text.match(/(?:deezer\.com\/(?:\w\w\/)?track\/|^deezer:track:|^dzr:track:)(\d+)/u)?.[1];
  if (inside) found.push(`track_${inside}`, inside);
  const spotify = text.match(/(?:spotify\.com\/(?:intl-\w+\/)?track\/|^spotify:track:)([0-9A-Za-z]{22})/u)?.[1];
  if (spotify) found.push(spotify, `spotify:track:${spotify}`);
  else if (/^[0-9A-Za-z]{22}$/u.test(text)) found.push(`spotify:track:${text}`);
  const uuid = text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/iu)?.[0];
  if (uuid) found.push(uuid.toLowerCase());
  return found;
}

let byName = null;
// Return the row for an entry of a file: by id, then by artist and title, then by a title of a single song.
function matched({ ids, artist, title }) {
  const known = ids.flatMap(spellings).find((id) => rowOf.has(id));
  if (known !== undefined) return rowOf.get(known);
  if (!byName) {
    byName = new Map();
    for (let row = count - 1; row >= 0; row--) {
      byName.set(`${plain(artistOf(row))}\n${plain(data.titles[row])}`, row);
      const alone = `\n${plain(data.titles[row])}`;
      byName.set(alone, byName.has(alone) ? -1 : row);
    }
  }
  const [singer, song] = [plain(artist), plain(title)];
  if (!song) return -1;
  const bare = plain(title.replace(/\s*[([].*$|\s+(feat|ft)\.?\s.*$/iu, ""));
  for (const wanted of [song, bare]) {
    const row = byName.get(`${singer}\n${wanted}`) ?? byName.get(`${wanted}\n${singer}`);
    if (wanted && row !== undefined && row >= 0) return row;
  }
  const row = singer ? undefined : byName.get(`\n${song}`);
  return row ?? -1;
}
