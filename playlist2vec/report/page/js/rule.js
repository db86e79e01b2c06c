// The scored rule, also used by `playlist2vec next`, which has float32 numbers in place of 8 bits.
const matrix = ({ numbers, scales }) => ({ numbers: new Int8Array(bytes(numbers)), scales: floats(scales) });
const { size } = data.rule;
const spaces = data.rule.input.map(matrix);
const output = data.rule.output ? matrix(data.rule.output) : null;
const bias = floats(data.rule.bias);
const symmetric = data.rule.similarity === "log_odds_symmetric";
const lengths = new Float32Array(count);
for (let row = 0; row < count; row++) {
  let sum = 0;
  for (let at = row * size; at < (row + 1) * size; at++) sum += spaces[0].numbers[at] ** 2;
  lengths[row] = Math.sqrt(sum) * spaces[0].scales[row];
}

const possible = (row) => bias[row] > -Infinity && data.counts[row] > 0;

// Add weight * a row of a matrix to a vector.
function addRow({ numbers, scales }, row, weight, vector) {
  const scale = weight * scales[row];
  for (let place = 0, at = row * size; place < size; place++, at++) vector[place] += scale * numbers[at];
}

// Return the product of a vector with every row of a matrix.
function products({ numbers, scales }, vector) {
  const all = new Float32Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    let sum = 0;
    for (let place = 0; place < size; place++, at++) sum += vector[place] * numbers[at];
    all[row] = sum * scales[row];
  }
  return all;
}

const unitOf = (vector) => {
  const length = Math.hypot(...vector);
  return length ? vector.map((value) => value / length) : vector;
};

// Return the cosine of a song with every song.
function cosines(row) {
  const vector = new Float64Array(size);
  if (lengths[row]) addRow(spaces[0], row, 1 / lengths[row], vector);
  return products(spaces[0], vector).map((value, other) => (lengths[other] ? value / lengths[other] : -2));
}

// Return the model's scores of all songs after the songs of a history.
function modelScores(history) {
  const { similarity, decay, songs_back: songsBack } = data.rule;
  const asked = weighted(history, decay, songsBack);
  const vector = new Float64Array(size);
  const other = new Float64Array(size);
  let sum = 0;
  asked.forEach(([row, weight], index) => {
    const back = spaces.length > 1 ? asked.length - 1 - index : 0;
    if (back >= spaces.length) return;
    sum += weight;
    if (similarity === "cosine") { if (lengths[row]) addRow(spaces[0], row, weight / lengths[row], vector); }
    else addRow(spaces[back], row, symmetric ? weight / 2 : weight, vector);
    if (symmetric) addRow(output, row, weight / 2, other);
  });
  if (similarity === "cosine") return products(spaces[0], unitOf(vector)).map((value, row) => (lengths[row] ? value / lengths[row] : 0));
  if (similarity === "euclidean") return products(spaces[0], vector.map((value) => value / (sum || 1))).map((value, row) => value + bias[row]);
  const scores = products(output, vector);
  const turned = symmetric ? products(spaces[0], other) : null;
  return scores.map((value, row) => value + (turned ? turned[row] : 0) + bias[row]);
}

// Return scores with comparable differences: logarithms of the blend's probabilities, or the model's own scores;
// -Infinity for songs that are never suggested.
function scoresAfter(history) {
  const { weights, tau } = data.rule;
  if (!popularity) return modelScores(history).map((value, row) => (possible(row) ? value : -Infinity));
  const all = new Float64Array(count);
  let rest = weights.popularity ?? 0;
  for (const [name, weight] of Object.entries(weights)) {
    if (name === "word2vec" || name === "popularity" || name === "closing") continue;
    const [shares, left] = partOf(name, history);
    rest += weight * left;
    for (const [song, share] of shares) if (song < HIDDEN) all[song] += weight * share;
  }
  const ends = weights.closing ? floats(data.rule.priors.closing) : null;
  for (let row = 0; row < count; row++) all[row] += rest * popularity[row] + (ends ? weights.closing * ends[row] : 0);
  if (weights.word2vec) addSoftmax(all, modelScores(history), tau, weights.word2vec);
  return all.map((value, row) => (possible(row) ? Math.log(Math.max(value, LEFT_OUT)) : -Infinity));
}

function addSoftmax(all, scores, tau, weight) {
  const top = scores.reduce((most, score, row) => (possible(row) && score > most ? score : most), -Infinity);
  let total = 0;
  for (let row = 0; row < count; row++) {
    scores[row] = possible(row) ? Math.exp(Math.max(tau * (scores[row] - top), -60)) : 0;
    total += scores[row];
  }
  if (total > 0) for (let row = 0; row < count; row++) all[row] += (weight * scores[row]) / total;
}

// Return the allowed rows with the largest scores, best first, ties by row.
function best(scores, may, most) {
  const rows = [];
  for (let row = 0; row < count; row++) if (scores[row] > -Infinity && may(row)) rows.push(row);
  if (rows.length > 4 * most) {
    const bar = Float64Array.from(rows, (row) => scores[row]).sort()[rows.length - most];
    return best(scores, (row) => scores[row] >= bar && may(row), rows.length).slice(0, most);
  }
  return rows.sort((a, b) => scores[b] - scores[a] || a - b).slice(0, most);
}

const POOL = 100;
// Return the songs that come next. Constraints: banned (rows), artists (codes of excluded artists), perArtist (0 = no
// limit), diversity (from 0 to 1, maximal marginal relevance), known (true if songs of the query may be suggested).
function nextSongs(history, most, { banned = [], artists = [], perArtist = 0, diversity = 0, known = false } = {}) {
  if (!history.length) return [];
  const scores = scoresAfter(history);
  const out = new Set([...(known ? history.slice(-1) : history), ...banned].flatMap((row) => twins.get(row) ?? [row]));
  const resting = new Set(artists);
  const may = (row) => !out.has(row) && !resting.has(data.artist[row]);
  for (let pool = perArtist || diversity || twins.size ? Math.max(POOL, 10 * most) : most; ; pool *= 4) {
    const whole = best(scores, may, pool);
    let listed = firstOfTwins(whole);
    if (diversity) listed = diversified(scores, listed, diversity);
    if (perArtist) listed = withinLimit(listed, perArtist);
    if (listed.length >= most || whole.length < pool) return listed.slice(0, most).map((row) => ({ row, score: scores[row] }));
  }
}

function firstOfTwins(rows) {
  const seen = new Set();
  return rows.filter((row) => {
    const first = (twins.get(row) ?? [row])[0];
    return !seen.has(first) && seen.add(first);
  });
}

function withinLimit(rows, limit) {
  const heard = new Map();
  return rows.filter((row) => {
    const artist = data.artist[row];
    if (artist < 0) return true;
    addTo(heard, artist, 1);
    return heard.get(artist) <= limit;
  });
}

// Maximal marginal relevance, as in playlist2vec/recommend/diversity.py.
function diversified(scores, rows, diversity) {
  if (!rows.length) return rows;
  const least = Math.min(...rows.map((row) => scores[row]));
  const spread = Math.max(...rows.map((row) => scores[row])) - least;
  const relevance = rows.map((row) => (spread ? (scores[row] - least) / spread : 1));
  const nearest = rows.map(() => -1);
  const left = new Set(rows.keys());
  const chosen = [];
  while (left.size) {
    let taken = -1;
    let worth = -Infinity;
    for (const place of left) {
      const value = (1 - diversity) * relevance[place] - (chosen.length ? diversity * nearest[place] : 0);
      if (value > worth) { worth = value; taken = place; }
    }
    left.delete(taken);
    chosen.push(rows[taken]);
    for (const place of left) nearest[place] = Math.max(nearest[place], cosine(rows[taken], rows[place]));
  }
  return chosen;
}

function cosine(one, other) {
  const { numbers, scales } = spaces[0];
  let sum = 0;
  for (let place = 0; place < size; place++) sum += numbers[one * size + place] * numbers[other * size + place];
  return lengths[one] && lengths[other] ? (sum * scales[one] * scales[other]) / (lengths[one] * lengths[other]) : 0;
}
