// What htmx must know before any other module works: the token of the session, and small repairs.
// Settings stand in <meta name="htmx-config"> (no eval, no inline styles, nothing kept in the browser's storage).

const UNSAFE = new Set(["post", "put", "patch", "delete"]);

/** Every changing request carries the token that the page was rendered with. */
document.addEventListener("htmx:configRequest", (event) => {
  if (UNSAFE.has(event.detail.verb) && document.body.dataset.csrf) {
    event.detail.headers["X-CSRFToken"] = document.body.dataset.csrf;
  }
});

/** A session that ended answers with the login page: open it instead of putting it into a panel. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith("/login")) {
    event.preventDefault();
    location.assign(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
});

/** One press, one request: a form of the page is sent once, its button is busy until the next page comes. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-again]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});

/** Coming back by the browser's own memory: forms may be sent again. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});
