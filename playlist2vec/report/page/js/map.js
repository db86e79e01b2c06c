// The map of the songs: dots on a canvas, and marks on a second canvas above, so that hovering redraws little.
const GROUPS = 8;

// Return the GROUPS largest groups of songs by plays: names, and for every song the number of its group, else -1.
function grouped(codes, names) {
  const sums = new Map();
  codes.forEach((code, row) => { if (code >= 0) addTo(sums, code, data.counts[row]); });
  const largest = [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([code]) => code);
  const numberOf = new Map(largest.slice(0, GROUPS).map((code, number) => [code, number]));
  return { of: codes.map((code) => numberOf.get(code) ?? -1), legend: largest.slice(0, GROUPS).map((code) => names[code]), codes, names, largest };
}

function byPlays() {
  const whole = data.counts.reduce((sum, each) => sum + each, 0) || 1;
  let before = 0;
  const codes = data.counts.map((each) => {
    const third = Math.min(2, Math.floor((3 * before) / whole));
    before += each;
    return third;
  });
  const names = ["played most", "played less", "played least"].map((name, third) => `${name}: ${plural(codes.filter((code) => code === third).length, "song")}, a third of all plays`);
  return { of: codes, legend: names, codes: [], names: [], largest: [] };
}

function byGenre() {
  const names = [...new Set(data.genres.filter(Boolean))];
  const codeOf = new Map(names.map((name, code) => [name, code]));
  return grouped(data.genres.map((name) => codeOf.get(name) ?? -1), names);
}

const groupings = {
  ...(data.artists.length ? { artist: () => grouped(data.artist, data.artists) } : {}),
  ...(data.genres ? { genre: byGenre } : {}),
  plays: byPlays,
};

// Return a colour such as #0072b2 as a number with the bytes of a pixel.
function pixelOf(text) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  return new Uint32Array(new Uint8Array([red, green, blue, 255]).buffer)[0];
}

const map = {
  canvas: element("canvas"), marks: element("marks"), wide: 0, high: 0, ratio: 1,
  scale: 1, x: 0.5, y: 0.5, // magnification, and coordinates of the middle, from 0 to 1
  hovered: -1, found: new Set(), near: new Set(), suggested: [], colours: [], style: {}, grouping: null, labels: [],
  measure() {
    this.wide = this.marks.clientWidth;
    this.high = this.marks.clientHeight;
    this.ratio = devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.marks]) {
      canvas.width = Math.round(this.wide * this.ratio);
      canvas.height = Math.round(this.high * this.ratio);
    }
    const style = getComputedStyle(document.documentElement);
    for (const name of ["text", "back", "panel", "dot", "strong"]) this.style[name] = style.getPropertyValue(`--${name}`).trim();
    this.colours = Array.from({ length: GROUPS }, (_, number) => style.getPropertyValue(`--group${number}`).trim());
    this.draw(true);
  },
  side() { return Math.min(this.wide, this.high) * 0.94 * this.scale; },
  at(row) {
    const side = this.side();
    return [(places[2 * row] / 65535 - this.x) * side + this.wide / 2, (places[2 * row + 1] / 65535 - this.y) * side + this.high / 2];
  },
  dot() { return Math.max(1.5, Math.min(4.5, 1.3 * Math.sqrt(this.scale) * Math.sqrt(3000 / Math.max(count, 1000)) + 0.7)); },
  // Draw at the next frame: only the marks, or also the dots.
  draw(dots = false) {
    this.stale ||= dots;
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (!this.wide) return;
      if (this.stale) this.paint();
      this.stale = false;
      this.mark();
    });
  },
  paint() {
    const pen = this.canvas.getContext("2d");
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.wide, this.high);
    const side = this.side();
    const [left, top] = [this.wide / 2 - this.x * side, this.high / 2 - this.y * side];
    const { wide, high, grouping } = this;
    const dot = this.dot();
    const step = side / 65535;
    if (dot < 3) {
      this.squares(pen, left, top, step, dot);
      this.name(pen);
      return;
    }
    // One path for every colour, songs without a group first.
    for (let group = -1; group < grouping.legend.length; group++) {
      pen.fillStyle = group < 0 ? this.style.dot : this.colours[group];
      const { of } = grouping;
      pen.beginPath();
      for (let row = 0; row < count; row++) {
        if (of[row] !== group) continue;
        const x = left + places[2 * row] * step;
        const y = top + places[2 * row + 1] * step;
        if (x < -5 || y < -5 || x > wide + 5 || y > high + 5) continue;
        pen.moveTo(x + dot, y);
        pen.arc(x, y, dot, 0, 6.2832);
      }
      pen.fill();
    }
    this.name(pen);
  },
  // Draw small dots as squares of pixels, ten times as fast as paths for tens of thousands of dots.
  squares(pen, left, top, step, dot) {
    const { width, height } = this.canvas;
    const { ratio, grouping } = this;
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const half = Math.max(1, Math.round(dot * ratio));
    for (let group = -1; group < grouping.legend.length; group++) {
      const colour = pixelOf(group < 0 ? this.style.dot : this.colours[group]);
      for (let row = 0; row < count; row++) {
        if (grouping.of[row] !== group) continue;
        const x = Math.round((left + places[2 * row] * step) * ratio);
        const y = Math.round((top + places[2 * row + 1] * step) * ratio);
        if (x < -half || y < -half || x > width + half || y > height + half) continue;
        for (let down = Math.max(0, y - half); down < Math.min(height, y + half); down++) {
          pixels.fill(colour, down * width + Math.max(0, x - half), down * width + Math.min(width, x + half));
        }
      }
    }
    pen.putImageData(image, 0, 0);
  },
  // Write names of groups at the places of their songs, the most played first, without overlaps.
  name(pen) {
    pen.font = "600 13px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.lineJoin = "round";
    const taken = [];
    let left = Math.min(60, Math.round(9 * this.scale ** 1.5));
    for (const { name, x, y } of this.labels) {
      if (!left) break;
      const side = this.side();
      const [across, down] = [(x / 65535 - this.x) * side + this.wide / 2, (y / 65535 - this.y) * side + this.high / 2];
      const half = pen.measureText(name).width / 2 + 4;
      if (across - half < 0 || across + half > this.wide || down < 14 || down > this.high - 6) continue;
      if (taken.some((box) => Math.abs(box.across - across) < box.half + half && Math.abs(box.down - down) < 18)) continue;
      taken.push({ across, down, half });
      pen.strokeStyle = this.style.panel;
      pen.lineWidth = 4;
      pen.strokeText(name, across, down);
      pen.fillStyle = this.style.text;
      pen.fillText(name, across, down);
      left--;
    }
  },
  mark() {
    const pen = this.marks.getContext("2d");
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.wide, this.high);
    const dot = this.dot();
    const { text, strong, back } = this.style;
    const ring = (row, radius, colour, width) => {
      const [x, y] = this.at(row);
      pen.beginPath();
      pen.arc(x, y, radius, 0, 6.2832);
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    };
    if (this.found.size <= 500) for (const row of this.found) ring(row, dot + 3, text, 1);
    for (const row of this.near) ring(row, dot + 2.5, text, 1);
    for (const row of this.suggested) ring(row, dot + 3.5, strong, 2);
    const walk = (rows, dash) => {
      pen.beginPath();
      pen.setLineDash(dash);
      rows.forEach((row, place) => { const [x, y] = this.at(row); if (place) pen.lineTo(x, y); else pen.moveTo(x, y); });
      pen.strokeStyle = strong;
      pen.lineWidth = 1.8;
      pen.stroke();
      pen.setLineDash([]);
    };
    if (radio) walk(radio.played.slice(-30), [4, 4]);
    walk(state.mine, []);
    const places = new Map();
    state.mine.forEach((row, place) => places.set(row, place + 1));
    for (const [row, number] of places) this.number(pen, row, number, strong, back);
    if (radio?.played.length) ring(radio.played[radio.played.length - 1], dot + 8, strong, 2.5);
    if (state.chosen >= 0) ring(state.chosen, dot + 6, text, 2.5);
    if (this.hovered >= 0) ring(this.hovered, dot + 4, text, 2);
  },
  number(pen, row, number, strong, back) {
    const [x, y] = this.at(row);
    pen.beginPath();
    pen.arc(x, y, 10, 0, 6.2832);
    pen.fillStyle = strong;
    pen.fill();
    pen.fillStyle = back;
    pen.font = "700 11px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.fillText(String(number), x, y + 4);
  },
  colourBy(name) {
    this.grouping = groupings[name]();
    this.labels = labelsOf(this.grouping);
    const groups = [...this.grouping.legend.map((each, number) => [each, `var(--group${number})`])];
    if (this.grouping.of.includes(-1)) groups.push([this.grouping.legend.length ? "others" : "songs", "var(--dot)"]);
    element("legend").replaceChildren(...groups.map(([each, colour]) => {
      const spot = make("i", {});
      spot.style.background = colour;
      return make("li", {}, spot, each);
    }));
    this.draw(true);
  },
  // Return the song under a point of the canvas, within `reach` pixels; -1 for none.
  under(x, y, reach = 14) {
    const side = this.side();
    const [wantedX, wantedY, step] = [this.x + (x - this.wide / 2) / side, this.y + (y - this.high / 2) / side, 65535 / side];
    let closest = (reach * step) ** 2;
    let found = -1;
    for (let row = 0; row < count; row++) {
      const away = (places[2 * row] - wantedX * 65535) ** 2 + (places[2 * row + 1] - wantedY * 65535) ** 2;
      if (away < closest) { closest = away; found = row; }
    }
    return found;
  },
  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    element("shown").textContent = row < 0 ? "" : `${label(row)} (${plays(row)})`;
    this.draw();
  },
  zoom(factor, x = this.wide / 2, y = this.high / 2) {
    const before = this.side();
    this.scale = Math.min(60, Math.max(0.8, this.scale * factor));
    const after = this.side();
    this.x += (x - this.wide / 2) * (1 / before - 1 / after);
    this.y += (y - this.high / 2) * (1 / before - 1 / after);
    this.draw(true);
  },
  shift(x, y) {
    this.x = Math.min(1.1, Math.max(-0.1, this.x - x / this.side()));
    this.y = Math.min(1.1, Math.max(-0.1, this.y - y / this.side()));
    this.draw(true);
  },
  // Centre the map on a song outside the visible part.
  show(row) {
    const [x, y] = this.at(row);
    if (x < 4 || y < 4 || x > this.wide - 4 || y > this.high - 4) {
      this.x = places[2 * row] / 65535;
      this.y = places[2 * row + 1] / 65535;
      this.draw(true);
    }
    this.draw();
  },
  all() { Object.assign(this, { scale: 1, x: 0.5, y: data.height / 2 }); this.draw(true); },
  // Hover the nearest song in a direction from the hovered song, or the song in the middle.
  step(right, down) {
    if (this.hovered < 0) return this.hover(this.under(this.wide / 2, this.high / 2, Infinity));
    const [x, y] = [places[2 * this.hovered], places[2 * this.hovered + 1]];
    let found = this.hovered;
    let least = Infinity;
    for (let row = 0; row < count; row++) {
      const [across, along] = [places[2 * row] - x, places[2 * row + 1] - y];
      const ahead = across * right + along * down;
      const aside = Math.abs(across * down) + Math.abs(along * right);
      if (ahead <= 0 || aside > 2 * ahead) continue;
      if (ahead + 2 * aside < least) { least = ahead + 2 * aside; found = row; }
    }
    this.show(found);
    this.hover(found);
  },
};

// Return the places of group names: the median of the songs, for groups whose songs are close together.
function labelsOf({ codes, names, largest }) {
  const rows = new Map(largest.map((code) => [code, []]));
  codes.forEach((code, row) => rows.get(code)?.push(row));
  const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return largest.flatMap((code) => {
    const songs = rows.get(code);
    if (songs.length < 4) return [];
    const [x, y] = [0, 1].map((axis) => middle(songs.map((row) => places[2 * row + axis])));
    const away = middle(songs.map((row) => Math.hypot(places[2 * row] - x, places[2 * row + 1] - y)));
    return away < 6500 ? [{ name: names[code], x, y }] : [];
  });
}
