// The reason for a suggestion in words, from the playlists in the page, the strongest reason first.
const FOLLOWS_WITHIN = 3;

// Return the number of playlists in which `song` stands at one of the distances from `row`.
function playlistsWith(row, song, distances) {
  const found = new Set();
  for (const place of training.placesOf(row)) {
    if (distances.some((distance) => songAt(place, distance) === song)) found.add(training.playlist[place]);
  }
  return found.size;
}

function reasonFor(history, song) {
  const asked = [...new Set(history.slice(-10).reverse())];
  const of = (row) => plural(holders(row).length, "playlist");
  const after = Array.from({ length: FOLLOWS_WITHIN }, (_, index) => index + 1);
  const kinds = [
    { distances: [1], words: (row, times) => `follows ${shortLabel(row)} in ${times} of ${of(row)}` },
    { distances: after.flatMap((distance) => [distance, -distance]), words: (row, times) => `near ${shortLabel(row)} in ${times} of ${of(row)}` },
  ];
  for (const { distances, words } of kinds) {
    let most = { times: 0, share: 0, row: -1 };
    for (const row of asked.slice(0, 5)) {
      const times = playlistsWith(row, song, distances);
      const share = times / (holders(row).length + 2);
      if (times && share > most.share) most = { times, share, row };
    }
    if (most.times) return words(most.row, most.times);
  }
  const held = new Set(holders(song));
  let most = { times: 0, row: -1 };
  for (const row of asked) {
    const times = holders(row).filter((number) => held.has(number)).length;
    if (times > most.times) most = { times, row };
  }
  if (most.times) return `shares ${plural(most.times, "playlist")} with ${shortLabel(most.row)}`;
  if (!asked.length) return "";
  const last = asked.reduce((one, other) => (cosine(other, song) > cosine(one, song) ? other : one));
  const alike = cosine(last, song);
  return alike >= 0.3 ? `in places like those of ${shortLabel(last)} (cosine ${alike.toFixed(2)})` : "often played, and nothing speaks against it";
}
