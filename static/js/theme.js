// Light, dark or as the system has it. The server renders the choice; here it changes at once and is told to the server.

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

/** Show a theme: "light", "dark" or "" for the system's. */
function show(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const choice of document.querySelectorAll("[data-theme-form] [name=theme]")) {
    choice.setAttribute("aria-pressed", String(choice.value === theme));
  }
}

/** Tell the server; before the login a cookie keeps it for the next page. */
function keep(theme, url) {
  if (!url) {
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    return;
  }
  const body = new URLSearchParams({ theme });
  fetch(url, { method: "POST", body, headers: { "X-CSRFToken": document.body.dataset.csrf ?? "" } });
}

document.addEventListener("click", (event) => {
  const toggle = event.target.closest?.("[data-theme-toggle]");
  if (!toggle) return;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  const theme = dark ? "light" : "dark";
  show(theme);
  keep(theme, toggle.dataset.url);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  event.preventDefault();
  show(event.submitter.value);
  keep(event.submitter.value, event.target.getAttribute("action"));
});

show(root.dataset.theme ?? "");
