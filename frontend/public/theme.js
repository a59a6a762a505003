// Loaded before the first paint, outside the bundle: the page never flashes the wrong theme, and the CSP needs no inline script.
(function () {
  var choice = "system";
  try {
    choice = localStorage.getItem("quittance-theme") || "system";
  } catch (error) {
    // Storage can be forbidden; the system's choice is a good answer then.
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
