// Backtests: marks the blanks that are wrong, and opens the meanings a figure leads to. Everything works without it.
"use strict";

function markFaults() {
  const wrong = new Set([...document.querySelectorAll("#checked [data-wrong]")].map((fault) => fault.dataset.wrong));
  for (const field of document.querySelectorAll("#backtest-form [data-field]")) {
    if (wrong.has(field.dataset.field)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}
document.addEventListener("htmx:afterSwap", markFaults);
markFaults();

document.addEventListener("click", ({ target }) => {
  const link = target.closest('a[href^="#def-"]'), meanings = document.getElementById("definitions");
  if (link && meanings) meanings.open = true;
});
