// Conveniences; every page works without them. Nothing is fetched, nothing is stored.
"use strict";

// A search leaves no empty parameters in its address.
document.addEventListener("submit", (event) => {
  const fields = [...event.target.elements].filter((field) => field.name && field.value === "");
  for (const field of fields) field.disabled = true;
  setTimeout(() => { for (const field of fields) field.disabled = false; });
});

// What is typed sets the direction of its box.
for (const box of document.querySelectorAll('input[type="search"]')) {
  box.addEventListener("input", () => { box.dir = box.value ? "auto" : document.documentElement.dir; });
}

// The permanent link can be copied.
for (const link of document.querySelectorAll("a.permalink")) {
  if (!navigator.clipboard) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = link.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(link.href);
    button.textContent = link.dataset.copied;
  });
  link.after(button);
}

// Dragging over the bars chooses from the first one touched to the last.
for (const svg of document.querySelectorAll(".chart svg")) {
  const bars = [...svg.querySelectorAll("a")];
  let first = -1;
  let dragged = false;
  const place = (event) => bars.indexOf(event.target.closest?.("a"));
  const choose = (start, end) => bars.forEach((bar, n) => {
    bar.classList.toggle("chosen", start >= 0 && n >= Math.min(start, end) && n <= Math.max(start, end));
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => {
    first = event.button === 0 ? place(event) : -1;
    dragged = false;
  });
  svg.addEventListener("pointermove", (event) => {
    const now = place(event);
    if (first < 0 || now < 0 || (now === first && !dragged)) return;
    dragged = true;
    choose(first, now);
  });
  svg.addEventListener("pointerup", (event) => {
    const last = place(event);
    if (dragged && last >= 0) {
      const days = (n, name) => new URL(bars[n].href.baseVal, location.href).searchParams.get(name);
      const address = new URL(bars[first].href.baseVal, location.href);
      address.searchParams.set("from", days(Math.min(first, last), "from"));
      address.searchParams.set("to", days(Math.max(first, last), "to"));
      location.assign(address);
    }
    choose(-1, -1);
    first = -1;
  });
  document.addEventListener("pointerup", (event) => {
    if (!svg.contains(event.target)) { first = -1; choose(-1, -1); }
  });
  svg.addEventListener("click", (event) => { if (dragged) event.preventDefault(); });
}
