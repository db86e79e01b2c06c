// All scripts have run: show the state in the address.
map.colourBy(Object.keys(groupings)[0]);
Object.assign(map, { y: data.height / 2 });
const view = readAddress();
showView(view);
showPlaylist();
showNext();
new ResizeObserver(() => map.measure()).observe(map.marks);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.measure());
addEventListener("hashchange", () => { showView(readAddress()); showPlaylist(); showNext(); });
