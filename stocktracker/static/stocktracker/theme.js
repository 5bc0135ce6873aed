// Before the first paint: the theme chosen last time. Without a choice the system's is used.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* storage is switched off: the system's theme it is */ }
