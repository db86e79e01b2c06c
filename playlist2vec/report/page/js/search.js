// Search that tolerates typing errors: by prefixes, or similar prefixes, of words of the artist, title or id.
function plain(text) {
  // Most names have only these characters, and this branch is ten times as fast.
  if (/^[\x20-\x7e]*$/u.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/gu, " ").trim();
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

const index = {
  words: new Map(), // word -> rows
  done: 0,
  // Index up to `most` more songs; a page of 20,000 songs is indexed while the browser is idle.
  go(most) {
    for (const end = Math.min(count, this.done + most); this.done < end; this.done++) {
      const row = this.done;
      for (const word of plain(`${artistOf(row)} ${data.titles[row]} ${data.ids[row]}`).split(" ")) {
        if (!word) continue;
        const rows = this.words.get(word);
        if (!rows) this.words.set(word, [row]);
        else if (rows[rows.length - 1] !== row) rows.push(row);
      }
    }
    return this.done < count;
  },
};
const idle = window.requestIdleCallback ?? ((run) => setTimeout(() => run({ timeRemaining: () => 5 }), 1));
idle(function more(deadline) {
  let left = true;
  do left = index.go(200); while (left && deadline.timeRemaining() > 2);
  if (left) idle(more);
});

// Return the number of letters to add, drop, replace or swap from `typed` to a prefix of `word`, at most `most` + 1.
function errorsToPrefix(typed, word, most) {
  let before = null;
  let row = Array.from({ length: word.length + 1 }, (_, place) => place);
  for (let one = 1; one <= typed.length; one++) {
    const next = [one];
    let least = one;
    for (let two = 1; two <= word.length; two++) {
      const same = typed[one - 1] === word[two - 1];
      let cost = Math.min(row[two - 1] + (same ? 0 : 1), row[two] + 1, next[two - 1] + 1);
      if (before && one > 1 && two > 1 && typed[one - 1] === word[two - 2] && typed[one - 2] === word[two - 1]) cost = Math.min(cost, before[two - 2] + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    before = row;
    row = next;
  }
  return Math.min(...row);
}

// Return scores of the rows that match a typed word: 4 for a whole word, 3 for a prefix, less for every error.
function rowsOfWord(typed) {
  const scores = new Map();
  const note = (rows, score) => { for (const row of rows) if ((scores.get(row) ?? 0) < score) scores.set(row, score); };
  for (const [word, rows] of index.words) if (word.startsWith(typed)) note(rows, word === typed ? 4 : 3);
  const forgiven = typed.length >= 8 ? 2 : typed.length >= 4 ? 1 : 0;
  if (scores.size || !forgiven) return scores;
  for (const [word, rows] of index.words) {
    if (Math.abs(word.length - typed.length) > forgiven && word.length < typed.length) continue;
    const errors = errorsToPrefix(typed, word.slice(0, typed.length + forgiven), forgiven);
    if (errors <= forgiven) note(rows, 3 - errors);
  }
  return scores;
}

// Return the rows that match a text, best first: by the matching words, then by plays.
function search(text) {
  while (index.go(count));
  if (rowOf.has(text.trim())) return [rowOf.get(text.trim())];
  const words = [...new Set(plain(text).split(" ").filter(Boolean))];
  if (!words.length) return [];
  const found = words.map(rowsOfWord).sort((a, b) => a.size - b.size);
  const hits = [...found[0]].map(([row, score]) => [row, found.slice(1).reduce((sum, each) => (each.has(row) ? sum + each.get(row) : -Infinity), score)]);
  return hits.filter(([, score]) => score > 0).sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([row]) => row);
}
