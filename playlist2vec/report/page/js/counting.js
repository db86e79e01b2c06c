// Counts in the training playlists: the probability of the next song by every part of the blend. The formulas are
// those of playlist2vec/models/counting and models/blend/shares.py.
const HIDDEN = 65534;
const END = 65535;
const LEFT_OUT = 1e-12;

const training = (() => {
  const tracks = new Uint16Array(bytes(data.rule.plays));
  const playlist = new Uint32Array(tracks.length);
  const starts = [0];
  const sizes = new Uint32Array(count + 1);
  for (let at = 0, number = 0; at < tracks.length; at++) {
    playlist[at] = number;
    if (tracks[at] === END) { number++; starts.push(at + 1); }
    else if (tracks[at] < HIDDEN) sizes[tracks[at] + 1]++;
  }
  for (let row = 0; row < count; row++) sizes[row + 1] += sizes[row];
  const where = new Uint32Array(sizes[count]);
  const filled = sizes.slice(0, count);
  for (let at = 0; at < tracks.length; at++) if (tracks[at] < HIDDEN) where[filled[tracks[at]]++] = at;
  const placesOf = (row) => where.subarray(sizes[row], sizes[row + 1]);
  return { tracks, playlist, starts, placesOf, playlists: starts.length - 1 };
})();

// Return the song `distance` places after a place, before it if negative; -1 beyond the ends of the playlist.
function songAt(place, distance) {
  const other = place + distance;
  const there = other >= 0 && other < training.tracks.length && training.playlist[other] === training.playlist[place];
  return there && training.tracks[other] !== END ? training.tracks[other] : -1;
}

// Return how often every song stands at given distances from a song: a map by row, HIDDEN for songs not shown.
function near(row, distances) {
  const found = new Map();
  for (const place of training.placesOf(row)) {
    for (const distance of distances) {
      const song = songAt(place, distance);
      if (song >= 0) found.set(song, (found.get(song) ?? 0) + 1);
    }
  }
  return found;
}

const holders = (row) => [...new Set([...training.placesOf(row)].map((place) => training.playlist[place]))];
const different = (number) => new Set(training.tracks.subarray(training.starts[number], training.starts[number + 1] - 1));

function addTo(map, key, value) { map.set(key, (map.get(key) ?? 0) + value); }

// Return the last songs with weights: decay ** n for a song with n songs after it; only the last song for decay 0.
function weighted(history, decay, songsBack) {
  const last = history.slice(decay ? -songsBack : -1);
  return last.map((row, place) => [row, decay ** (last.length - 1 - place)]);
}

function sumOfRows(history, decay, rowOfSong) {
  const scores = new Map();
  for (const [row, weight] of weighted(history, decay, data.rule.history_songs)) {
    for (const [song, value] of rowOfSong(row)) addTo(scores, song, weight * value);
  }
  return scores;
}

function sharesOf(counts) {
  let sum = 0;
  for (const value of counts.values()) sum += value;
  return [...counts].map(([song, value]) => [song, value / sum]);
}

const popularity = data.rule.priors ? floats(data.rule.priors.popularity) : null;

// Return evidence + left * prior above the floor, for the most popular songs and for songs with evidence.
function aboveFloor(evidence, prior, left) {
  const listed = Math.min(data.rule.floor, count);
  const floor = left * prior(listed - 1);
  const scores = new Map();
  for (let row = 0; row < listed; row++) {
    const value = (evidence.get(row) ?? 0) + left * prior(row);
    if (value > floor) scores.set(row, value);
  }
  for (const [row, value] of evidence) {
    if (row === HIDDEN) scores.set(row, value);
    else if (row >= listed && value + left * prior(row) > floor) scores.set(row, value + left * prior(row));
  }
  return scores;
}

// Interpolated Kneser-Ney: the shortest context first.
function kneserNey(history) {
  const longest = Math.min(history.length, data.rule.settings.kneser_ney.order - 1);
  let evidence = new Map();
  let left = 1;
  for (let length = 1; length <= longest; length++) {
    const context = history.slice(-length);
    const followers = new Map();
    for (const place of training.placesOf(context[length - 1])) {
      if (context.some((row, index) => songAt(place, index - length + 1) !== row)) continue;
      const next = songAt(place, 1);
      if (next < 0) continue;
      if (!followers.has(next)) followers.set(next, { times: 0, before: new Set() });
      followers.get(next).times++;
      followers.get(next).before.add(songAt(place, -length));
    }
    if (!followers.size) continue;
    const counts = [...followers].map(([song, each]) => [song, length === longest ? each.times : each.before.size]);
    const total = counts.reduce((sum, [, number]) => sum + number, 0);
    const kept = (data.rule.discount * counts.length) / total;
    const here = new Map([...evidence].map(([song, value]) => [song, kept * value]));
    for (const [song, number] of counts) addTo(here, song, (number - data.rule.discount) / total);
    evidence = here;
    left *= kept;
  }
  return aboveFloor(evidence, (row) => popularity[row], left);
}

const neighboursOf = new Map();
function itemNeighbours(row) {
  if (!neighboursOf.has(row)) {
    const together = new Map();
    const held = holders(row);
    for (const number of held) for (const song of different(number)) if (song !== row && song < HIDDEN) addTo(together, song, 1);
    const cosines = [...together].map(([song, both]) => [song, Math.sqrt(both ** 2 / (held.length * holders(song).length))]);
    cosines.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    neighboursOf.set(row, cosines.slice(0, data.rule.settings.item_knn.neighbours));
  }
  return neighboursOf.get(row);
}

function sessionNeighbours(history, decay) {
  const session = weighted(history, decay, data.rule.history_songs).map(([row]) => row);
  const shared = new Map();
  const lastPlaces = new Map(session.map((row, index) => [row, index + 1]));
  for (const [row, position] of lastPlaces) {
    for (const number of holders(row)) {
      const found = shared.get(number) ?? { sum: 0, last: 0 };
      shared.set(number, { sum: found.sum + position, last: Math.max(found.last, position) });
    }
  }
  const nearest = [...shared].map(([number, { sum, last }]) => [number, sum / Math.sqrt(different(number).size), last]);
  nearest.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const scores = new Map();
  for (const [number, similarity, last] of nearest.slice(0, data.rule.settings.session_knn.session_neighbours)) {
    const weight = similarity / session.length / (1 + session.length - last);
    for (const song of different(number)) addTo(scores, song, weight);
  }
  for (const [song, value] of scores) {
    if (song < HIDDEN) scores.set(song, value * (1 + Math.log(training.playlists / holders(song).length)));
  }
  return scores;
}

// Return softened log-odds by distance, to be added to popularity before both are scaled to the sum 1.
function byDistance(history, temperature) {
  const { distances, smoothing, before, decay } = data.rule.settings.distances;
  const evidence = new Map();
  weighted(history, decay, data.rule.history_songs).reverse().slice(0, distances).forEach(([row, weight], index) => {
    const counts = near(row, before === 1 ? [index + 1, -index - 1] : [index + 1]);
    if (before > 0 && before < 1) for (const [song, value] of near(row, [-index - 1])) addTo(counts, song, before * value);
    for (const [song, value] of counts) {
      if (song < HIDDEN) addTo(evidence, song, weight * Math.log1p(value / (smoothing * popularity[song])));
    }
  });
  const lowest = popularity[Math.min(data.rule.floor, count) - 1];
  const more = new Map();
  let total = 1;
  for (const [song, value] of evidence) {
    if (value + Math.log(popularity[song] / lowest) <= 0) continue;
    const added = Math.expm1(temperature * value) * popularity[song];
    more.set(song, added);
    total += added;
  }
  return [new Map([...more].map(([song, value]) => [song, value / total])), 1 / total];
}

// Return the answer of a part after the songs of a history: a map of shares, and the share left for popularity.
function partOf(name, history) {
  const { settings, history: decay } = data.rule;
  if (name in data.rule.temperatures) return byDistance(history, data.rule.temperatures[name]);
  const window = () => Array.from({ length: settings.cooccurrence.window }, (_, index) => [index + 1, -index - 1]).flat();
  const scores = {
    markov_last: () => sumOfRows(history, 0, (row) => sharesOf(near(row, [1]))),
    markov_history: () => sumOfRows(history, decay, (row) => sharesOf(near(row, [1]))),
    cooccurrence_last: () => sumOfRows(history, 0, (row) => sharesOf(near(row, window()))),
    cooccurrence_history: () => sumOfRows(history, decay, (row) => sharesOf(near(row, window()))),
    kneser_ney: () => kneserNey(weighted(history, settings.kneser_ney.decay ?? 1, data.rule.history_songs).map(([row]) => row)),
    item_knn: () => sumOfRows(history, settings.item_knn.decay ?? 1, itemNeighbours),
    session_knn: () => sessionNeighbours(history, settings.session_knn.decay ?? 1),
  }[name]();
  let sum = 0;
  for (const value of scores.values()) sum += value;
  if (sum <= LEFT_OUT) return [new Map(), 1];
  return [new Map([...scores].map(([song, value]) => [song, value / sum])), 0];
}
