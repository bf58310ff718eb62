"use strict";
// Searching, filtering and sorting the table of leads. Without this script the table stands there whole.
(() => {
  const table = document.getElementById("lead-table");
  const controls = document.getElementById("controls");
  if (!table || !controls) return;
  const leads = Array.from(table.tBodies, (body, at) => ({ body, at, text: "" }));
  const text = (lead) => (lead.text ||= lead.body.textContent.toLowerCase());
  const search = document.getElementById("search");
  const picks = [["by-route", "r"], ["by-fit", "f"], ["by-intent", "i"]].map(([id, key]) => [document.getElementById(id), key]);
  const shown = document.getElementById("shown");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const lead of leads) {
      const fits = picks.every(([pick, key]) => pick.value === "" || lead.body.dataset[key] === pick.value)
        && words.every((word) => text(lead).includes(word));
      lead.body.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count + " of " + leads.length + " shown";
  };
  const heads = Array.from(table.tHead.rows[0].cells);
  const sort = (column, down) => {
    const number = heads[column].classList.contains("number");
    const value = (lead) => {
      const cell = lead.body.rows[0].cells[column].textContent;
      return number ? (cell === "" ? -Infinity : Number(cell)) : cell.toLowerCase();
    };
    const keyed = leads.map((lead) => [value(lead), lead]);
    keyed.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1) || x.at - y.at);
    table.append(...keyed.map(([, lead]) => lead.body));
    heads.forEach((head, at) => head.setAttribute("aria-sort", at !== column ? "none" : down ? "descending" : "ascending"));
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const was = head.getAttribute("aria-sort");
      // Numbers are first asked for from the top, names from A.
      sort(column, was === "none" ? head.classList.contains("number") : was === "ascending");
    });
  });
  search.addEventListener("input", filter);
  for (const [pick] of picks) pick.addEventListener("change", filter);
  controls.hidden = false;
  filter();
})();
