// The symbol field as a combobox: the server makes the list of suggestions, this moves through it.
"use strict";

const symbol = document.querySelector("[role=combobox]");
const suggestions = () => document.getElementById("symbol-suggestions");
const options = () => [...suggestions().querySelectorAll("[role=option]")];
const active = () => suggestions().querySelector("[aria-selected=true]");
let chosen = null; // a late answer does not open the list again

function show(open) {
  suggestions().hidden = !open;
  symbol.setAttribute("aria-expanded", String(open && options().length > 0));
  if (!open) mark(null);
}

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (!option) return symbol.removeAttribute("aria-activedescendant");
  symbol.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(active());
  show(true);
  mark(all[(at < 0 && step < 0 ? all.length - 1 : at + step + all.length) % all.length]);
}

function choose(option) {
  chosen = symbol.value = option.dataset.symbol;
  show(false);
}

const KEYS = {
  ArrowDown: () => { move(1); return true; },
  ArrowUp: () => { move(-1); return true; },
  Enter: () => { const option = active(); if (option) choose(option); return Boolean(option); },
  Escape: () => { const open = !suggestions().hidden; show(false); return open; },
};

// What is said while one types: how many there are, or why there are none.
function announce() {
  const count = options().length, words = suggestions().querySelector("p")?.textContent.trim() ?? "";
  document.getElementById("symbol-status").textContent = count ? `${count} suggestion${count > 1 ? "s" : ""}` : words;
}

if (symbol) {
  let before = null; // the symbol that was marked when a poll replaced the list
  symbol.addEventListener("keydown", (event) => {
    if (event.isComposing || !Object.hasOwn(KEYS, event.key)) return;
    if (KEYS[event.key]()) event.preventDefault();
  });
  symbol.addEventListener("input", () => { chosen = null; });
  symbol.addEventListener("blur", () => show(false));
  symbol.parentElement.addEventListener("pointerdown", (event) => {
    if (event.target !== symbol) event.preventDefault(); // the field keeps the focus
  });
  symbol.parentElement.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  document.addEventListener("htmx:beforeSwap", () => { before = active()?.dataset.symbol; });
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.id !== "symbol-suggestions") return;
    const wanted = document.activeElement === symbol && symbol.value !== chosen && event.detail.elt.childElementCount > 0;
    show(wanted);
    if (wanted) announce();
    if (wanted && before) mark(options().find((option) => option.dataset.symbol === before) ?? null);
  });
}
