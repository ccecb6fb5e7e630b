"use strict";

// Theme: the system's until the reader chooses; the choice is kept where the browser allows it.
const theme = document.getElementById("theme");
const system = matchMedia("(prefers-color-scheme: dark)");
let chosen = null;
try { chosen = localStorage.getItem("cloudad-bench-theme"); } catch { /* storage is closed to files */ }
function showTheme() {
  const dark = chosen ? chosen === "dark" : system.matches;
  if (chosen) document.documentElement.dataset.theme = chosen;
  theme.setAttribute("aria-pressed", String(dark));
}
theme.addEventListener("click", () => {
  chosen = theme.getAttribute("aria-pressed") === "true" ? "light" : "dark";
  try { localStorage.setItem("cloudad-bench-theme", chosen); } catch { /* as above */ }
  showTheme();
});
system.addEventListener("change", showTheme);
theme.hidden = false;
showTheme();

// Sorting: numbers by their value, greatest first; words by the alphabet; what has no number stays last.
const words = new Intl.Collator("en", { numeric: true });
function sortBy(table, place) {
  const head = table.tHead.rows[0].cells;
  const numeric = head[place].matches(".number, .published");
  const before = head[place].getAttribute("aria-sort");
  const falling = before ? before === "ascending" : numeric;
  for (const one of head) one.removeAttribute("aria-sort");
  head[place].setAttribute("aria-sort", falling ? "descending" : "ascending");
  const sign = falling ? -1 : 1;
  const value = (row) => numeric ? parseFloat(row.cells[place].dataset.sort) : row.cells[place].textContent.trim();
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (!numeric) return sign * words.compare(a, b);
    if (isNaN(a) || isNaN(b)) return isNaN(a) - isNaN(b);
    return sign * (a - b);
  });
  table.tBodies[0].append(...rows);
}
for (const button of document.querySelectorAll("button.sort")) {
  const cell = button.closest("th");
  button.addEventListener("click", () => sortBy(cell.closest("table"), cell.cellIndex));
}

// Filters: every word of the field must stand in a row, and every choice must be its cell's.
function addFilter(grid) {
  const table = grid.querySelector("table");
  const rows = [...table.tBodies[0].rows];
  const tools = document.createElement("form");
  tools.className = "tools";
  tools.setAttribute("role", "search");
  tools.setAttribute("aria-label", table.caption.textContent);
  tools.addEventListener("submit", (event) => event.preventDefault());
  const label = document.createElement("label");
  const field = document.createElement("input");
  field.type = "search";
  label.append("Filter ", field);
  tools.append(label);
  const choices = [];
  for (const cell of table.tHead.rows[0].querySelectorAll("[data-choose]")) {
    const found = [...new Set(rows.map((row) => row.cells[cell.cellIndex].textContent.trim()))].sort(words.compare);
    if (found.length < 2) continue;
    const select = document.createElement("select");
    select.append(new Option("all", ""), ...found.map((text) => new Option(text, text)));
    const around = document.createElement("label");
    around.append(cell.textContent.replace(/\s+/g, " ").trim() + " ", select);
    tools.append(around);
    choices.push([cell.cellIndex, select]);
  }
  const count = document.createElement("output");
  tools.append(count);
  function apply() {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word)) ||
        choices.some(([place, one]) => one.value && row.cells[place].textContent.trim() !== one.value);
      left += !row.hidden;
    }
    count.textContent = left === rows.length ? `${rows.length} rows` : `${left} of ${rows.length} rows`;
  }
  tools.addEventListener("input", apply);
  apply();
  grid.prepend(tools);
}
document.querySelectorAll(".grid[data-filter]").forEach(addFilter);

// A link into something folded opens it.
function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let one = target && target.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
}
addEventListener("hashchange", unfold);
unfold();

// A figure opens large, where it scrolls within its own frame.
for (const button of document.querySelectorAll("button.large")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const whole = button.closest(".paper").classList.toggle("whole");
    button.setAttribute("aria-pressed", String(whole));
  });
}

// Contents: mark the part that is being read.
const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
const watch = new IntersectionObserver((seen) => {
  for (const one of seen) {
    if (!one.isIntersecting) continue;
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(one.target.id).setAttribute("aria-current", "true");
  }
}, { rootMargin: "-10% 0px -80% 0px" });
for (const name of links.keys()) watch.observe(document.getElementById(name));
