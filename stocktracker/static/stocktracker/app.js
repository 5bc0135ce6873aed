// What every page does: switch the theme, open explanations, and show only the fields a transaction's kind needs.
"use strict";

const root = document.documentElement;

// The theme changes at once; the server is told for the next page.
document.getElementById("theme")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target, dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  fetch(form.dataset[root.dataset.theme], { method: "POST", headers: { "HX-Request": "true" }, body: new FormData(form) });
  document.dispatchEvent(new Event("theme"));
});

// An explanation opens over the page; Escape and its button close it, as with every dialog.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "why" && !event.target.open) event.target.showModal();
});

const MONEY = ["amount", "fee", "tax"], PAID = ["symbol", ...MONEY], TRADE = ["symbol", "quantity", "price", "fee", "tax"], ALL = [...TRADE, "amount"];
const FIELDS = {
  buy: TRADE, sell: TRADE, split: ["symbol", "quantity"], transfer_in: ALL, transfer_out: ALL, fee: ["symbol", "amount"], tax: ["symbol", "amount"],
  dividend: PAID, interest: PAID, return_of_capital: PAID, deposit: MONEY, withdrawal: MONEY,
};

function showFields(form) {
  const kind = form.elements.kind.value, wanted = FIELDS[kind];
  for (const help of form.querySelectorAll("[data-kind]")) help.hidden = help.dataset.kind !== kind;
  for (const name of ALL) {
    const field = form.querySelector(`[data-field="${name}"]`);
    field.hidden = !wanted.includes(name) && !field.classList.contains("wrong") && !form.elements[name].value;
  }
}

// Moments in the reader's own clock; those of another day with their date.
function localTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime), today = moment.toDateString() === new Date().toDateString();
    const clock = { hour: "2-digit", minute: "2-digit" }, day = { day: "numeric", month: "short" };
    time.textContent = moment.toLocaleString(root.lang, today ? clock : { ...day, ...clock });
  }
}
document.addEventListener("htmx:afterSwap", localTimes);
localTimes();

// A poll waits while nobody sees the page, and while somebody marks what it would replace.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt, marked = getSelection();
  if (!part.getAttribute("hx-trigger")?.startsWith("every ")) return;
  if (document.hidden || (!marked.isCollapsed && part.contains(marked.anchorNode))) event.preventDefault();
});

// What it replaces stays as its reader had it: open, and scrolled aside. (htmx keeps the focus of what has an id.)
const HAD = "details[id], .scroll[id]", had = new Map();
document.addEventListener("htmx:beforeSwap", (event) => {
  had.clear();
  for (const own of event.target.querySelectorAll(HAD)) had.set(own.id, { open: own.open, aside: own.scrollLeft });
});
document.addEventListener("htmx:afterSwap", () => {
  for (const [id, { open, aside }] of had) {
    const own = document.getElementById(id);
    if (own && open) own.open = true;
    if (own && aside) own.scrollLeft = aside;
  }
  had.clear();
});

// A poll after the session has ended is sent to the login page: go there, instead of showing it in a card.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL).pathname.startsWith("/login/")) return;
  event.detail.shouldSwap = false;
  location.reload();
});

const form = document.querySelector("form[data-kinds]");
if (form) {
  form.elements.kind.addEventListener("change", () => showFields(form));
  showFields(form);
}
