// The views, the three parts of the first view on a phone, sortable tables, and the scatter chart of runs.
const VIEWS = ["try", "scores", "runs", "about"];

function showView(name) {
  const wanted = VIEWS.includes(name) ? name : "try";
  state.view = wanted;
  document.body.dataset.view = wanted;
  for (const view of VIEWS) {
    element(view).hidden = view !== wanted;
    const tab = element(`tab-${view}`);
    if (view === wanted) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  if (wanted === "try") map.measure();
}
for (const view of VIEWS) {
  element(`tab-${view}`).addEventListener("click", () => {
    showView(view);
    writeAddress();
    scrollTo(0, 0);
  });
}

for (const part of ["mine", "middle", "coming"]) {
  element(`part-${part}`).addEventListener("click", () => {
    element("try").dataset.part = part;
    for (const other of ["mine", "middle", "coming"]) element(`part-${other}`).setAttribute("aria-pressed", String(other === part));
    if (part === "middle") map.measure();
  });
}

function numberIn(cell) {
  const found = cell.textContent.replace(/,/gu, "").match(/[+\-−]?\d+(\.\d+)?/u);
  return found ? Number(found[0].replace("−", "-")) : NaN;
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = make("button", { class: "sort" }, head.textContent);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") !== "descending";
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows];
      const value = (row) => (Number.isNaN(numberIn(row.cells[column])) ? row.cells[column].textContent : numberIn(row.cells[column]));
      rows.sort((a, b) => {
        const [one, other] = [value(a), value(b)];
        const order = typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en", { numeric: true });
        return down ? -order : order;
      });
      table.tBodies[0].append(...rows);
    });
  });
}

// Draw a scatter chart of two scores of the runs, with the parameters as titles of the dots.
function drawRuns() {
  const { names, rows } = data.runs;
  const [across, up] = ["across", "up"].map((id) => names.indexOf(element(id).value));
  const range = (column) => {
    const values = rows.map((row) => row.scores[column]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const spare = (most - least || 0.01) * 0.08;
    return [least - spare, most + spare];
  };
  const [[left, right], [low, high]] = [range(across), range(up)];
  const svg = (tag, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text) made.textContent = text;
    return made;
  };
  const x = (value) => 60 + ((value - left) / (right - left)) * 540;
  const y = (value) => 260 - ((value - low) / (high - low)) * 240;
  const chart = svg("svg", { viewBox: "0 0 640 310", role: "img", "aria-label": `${names[up]} against ${names[across]} of ${rows.length} runs; the numbers are in the table` });
  chart.append(svg("path", { class: "axis", d: "M60 20V260H600" }));
  for (const [value, at] of [[left, "start"], [right, "end"]]) chart.append(svg("text", { x: x(value), y: 280, "text-anchor": at }, value.toFixed(3)));
  for (const value of [low, high]) chart.append(svg("text", { x: 54, y: y(value) + 4, "text-anchor": "end" }, value.toFixed(3)));
  chart.append(svg("text", { x: 330, y: 300, "text-anchor": "middle" }, names[across]), svg("text", { x: 64, y: 14 }, names[up]));
  for (const row of rows) {
    const dot = svg("circle", { class: row.own ? "dot own" : "dot", cx: x(row.scores[across]), cy: y(row.scores[up]), r: row.own ? 7 : 5 });
    dot.append(svg("title", {}, row.name));
    chart.append(dot);
  }
  element("runs-chart").replaceChildren(chart);
}
if (data.runs.rows.length > 1) {
  for (const [id, chosen] of [["across", 0], ["up", 1]]) {
    element(id).append(...data.runs.names.map((name, place) => make("option", place === chosen ? { value: name, selected: true } : { value: name }, name)));
    element(id).addEventListener("change", drawRuns);
  }
  drawRuns();
} else element("runs-against").hidden = true;
