// What every page does: switch the theme, and show only the fields a transaction's kind needs.
"use strict";

document.addEventListener("click", (event) => {
  if (!event.target.closest("#theme")) return;
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it lasts as long as the page */ }
  document.dispatchEvent(new Event("theme"));
});

const TRADE = ["symbol", "quantity", "price", "fee", "tax"];
const FIELDS = {
  buy: TRADE, sell: TRADE, split: ["symbol", "quantity"],
  dividend: ["symbol", "amount", "fee", "tax"], interest: ["symbol", "amount", "fee", "tax"],
  fee: ["symbol", "amount"], tax: ["symbol", "amount"], deposit: ["amount", "fee", "tax"], withdrawal: ["amount", "fee", "tax"],
  transfer_in: [...TRADE, "amount"], transfer_out: [...TRADE, "amount"], return_of_capital: ["symbol", "amount", "fee", "tax"],
};
const CHANGING = ["symbol", "quantity", "price", "amount", "fee", "tax"];

function showFields(form) {
  const kind = form.elements.kind.value, wanted = FIELDS[kind];
  for (const help of form.querySelectorAll("[data-kind]")) help.hidden = help.dataset.kind !== kind;
  for (const name of CHANGING) {
    const field = form.querySelector(`[data-field="${name}"]`);
    field.hidden = !wanted.includes(name) && !field.classList.contains("wrong") && !form.elements[name].value;
  }
}

// Moments in the reader's own clock; those of another day with their date.
function localTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime), today = moment.toDateString() === new Date().toDateString();
    const clock = { hour: "2-digit", minute: "2-digit" }, day = { day: "numeric", month: "short" };
    time.textContent = moment.toLocaleString(undefined, today ? clock : { ...day, ...clock });
  }
}
document.addEventListener("htmx:afterSwap", localTimes);
localTimes();

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
