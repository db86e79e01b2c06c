// Writers of playlists in the formats of playlist2vec/recommend/playlist_writer.py.
const oneLine = (text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim();
const address = (row) => (data.deezer_ids && /^track_\d+$/u.test(data.ids[row]) ? `https://www.deezer.com/track/${data.ids[row].slice(6)}` : `urn:song:${encodeURIComponent(data.ids[row])}`);
const escaped = (text) => oneLine(text).replace(/&/gu, "&amp;").replace(/</gu, "&lt;").replace(/>/gu, "&gt;");
const cell = (text) => {
  const safe = /^[=+\-@\t\r']/u.test(text) ? `'${text}` : text;
  return /[",\n\r]/u.test(safe) ? `"${safe.replace(/"/gu, '""')}"` : safe;
};

const WRITERS = {
  m3u8: (rows) => ["#EXTM3U", "#PLAYLIST:playlist", ...rows.flatMap((row) => [`#EXTINF:-1,${oneLine([artistOf(row), data.titles[row]].filter(Boolean).join(" - ") || data.ids[row])}`, address(row)]), ""].join("\n"),
  xspf: (rows) => {
    const tag = (name, text) => (text ? `      <${name}>${escaped(text)}</${name}>\n` : "");
    const tracks = rows.map((row) => `    <track>\n${tag("identifier", address(row))}${tag("title", data.titles[row])}${tag("creator", artistOf(row))}    </track>\n`);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/">\n  <title>playlist</title>\n  <trackList>\n${tracks.join("")}  </trackList>\n</playlist>\n`;
  },
  jspf: (rows) => `${JSON.stringify({ playlist: { title: "playlist", track: rows.map((row) => ({ identifier: [address(row)], title: data.titles[row] || undefined, creator: artistOf(row) || undefined })) } }, null, 2)}\n`,
  csv: (rows) => ["track,artist,title", ...rows.map((row) => [data.ids[row], artistOf(row), data.titles[row]].map((text) => cell(oneLine(text))).join(",")), ""].join("\r\n"),
  txt: (rows) => `${rows.map((row) => oneLine([artistOf(row), data.titles[row]].filter(Boolean).join(" – ") || data.ids[row])).join("\n")}\n`,
};

function download(rows, form, name) {
  const link = make("a", { href: URL.createObjectURL(new Blob([WRITERS[form](rows)], { type: "application/octet-stream" })), download: `${name}.${form}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
