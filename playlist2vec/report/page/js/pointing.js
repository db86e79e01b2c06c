// Control of the map by mouse, touch and keyboard. The wheel or one finger scrolls the page; Ctrl + wheel or two
// fingers zoom the map.
const pointers = new Map();
let moved = 0;
map.marks.addEventListener("pointerdown", (event) => {
  pointers.set(event.pointerId, event);
  moved = 0;
  if (event.pointerType === "mouse") map.marks.setPointerCapture(event.pointerId);
});
map.marks.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return map.hover(map.under(event.offsetX, event.offsetY));
  if (pointers.size === 2) {
    const other = [...pointers.values()].find((each) => each.pointerId !== event.pointerId);
    const apart = (one) => Math.hypot(one.offsetX - other.offsetX, one.offsetY - other.offsetY) || 1;
    map.zoom(apart(event) / apart(before), (event.offsetX + other.offsetX) / 2, (event.offsetY + other.offsetY) / 2);
    moved = 99;
  } else {
    moved += Math.abs(event.offsetX - before.offsetX) + Math.abs(event.offsetY - before.offsetY);
    if (moved > 3 && event.pointerType === "mouse") map.shift(event.offsetX - before.offsetX, event.offsetY - before.offsetY);
  }
  pointers.set(event.pointerId, event);
});
for (const name of ["pointerup", "pointercancel"]) {
  map.marks.addEventListener(name, (event) => {
    const row = name === "pointerup" && moved <= 3 && pointers.size === 1 ? map.under(event.offsetX, event.offsetY) : -1;
    pointers.delete(event.pointerId);
    if (row >= 0) choose(row);
  });
}
map.marks.addEventListener("pointerleave", () => map.hover(-1));
map.marks.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  map.zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
  event.preventDefault();
}, { passive: false });
map.marks.addEventListener("keydown", (event) => {
  const act = {
    ArrowLeft: () => map.step(-1, 0), ArrowRight: () => map.step(1, 0), ArrowUp: () => map.step(0, -1), ArrowDown: () => map.step(0, 1),
    "+": () => map.zoom(1.4), "=": () => map.zoom(1.4), "-": () => map.zoom(1 / 1.4), 0: () => map.all(),
    Enter: () => { if (map.hovered >= 0) { choose(map.hovered); element("card-add").focus(); } },
  }[event.key];
  if (act && !event.ctrlKey && !event.metaKey) { act(); event.preventDefault(); }
});
element("closer").addEventListener("click", () => map.zoom(1.6));
element("farther").addEventListener("click", () => map.zoom(1 / 1.6));
element("all").addEventListener("click", () => map.all());
element("colour").append(...Object.keys(groupings).map((name) => make("option", { value: name }, name)));
element("colour").addEventListener("change", () => map.colourBy(element("colour").value));
