// Panels that poll: nothing is asked in a hidden tab, an unchanged panel is a 304 that changes nothing,
// and a mark tells "live" or "lost since".

const tags = new Map();
const known = new WeakSet();

const polls = (element) => /\bevery\s/.test(element?.getAttribute?.("hx-trigger") ?? "");
const home = (element) => element.closest(".panel, .cell, .sim, [data-live]") ?? element;

/** The time of day as the server writes it for this reader. */
function now() {
  const hour12 = document.documentElement.dataset.clock === "12";
  const tongue = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  return new Date().toLocaleTimeString(tongue, { hour: hour12 ? "numeric" : "2-digit", minute: "2-digit", hour12 });
}

function mark(element, state) {
  for (const live of home(element).querySelectorAll(".live")) {
    if (live.dataset.state === state) continue;
    live.dataset.state = state;
    const word = live.querySelector("[data-word]") ?? live;
    const { sayLive, sayLost } = document.body.dataset;
    word.textContent = state === "live" ? sayLive : sayLost.replace("{time}", now());
  }
}

/** Polls rest while nobody looks; the first load of a panel does not. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (document.hidden && known.has(elt) && polls(elt) && !requestConfig.triggeringEvent) event.preventDefault();
});

/** Asked again, a panel names what it already shows. */
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, path, verb, headers } = event.detail;
  if (verb === "get" && known.has(elt) && tags.has(path)) headers["If-None-Match"] = tags.get(path);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = event.detail;
  if (!polls(elt)) return;
  known.add(elt);
  mark(elt, successful ? "live" : "lost");
});

document.addEventListener("htmx:afterSettle", (event) => {
  const { elt, target, xhr, requestConfig } = event.detail;
  const asker = requestConfig?.elt;
  if (polls(asker)) remember(elt, requestConfig.path, xhr.getResponseHeader("ETag"));
  else forget(target);
});

/** The version of a panel; an element that took the place of the asker inherits it. */
function remember(element, path, tag) {
  if (polls(element)) known.add(element);
  if (tags.size > 100) tags.clear();
  if (tag) tags.set(path, tag);
  else tags.delete(path);
}

/** Where the answer of a polling element is put. */
function shows(element) {
  const selector = element.getAttribute("hx-target");
  return (selector?.startsWith("#") && document.querySelector(selector)) || element;
}

/** Another answer has changed what these panels show: they ask for all of it the next time. */
function forget(target) {
  for (const element of document.querySelectorAll("[hx-trigger*='every ']")) {
    const place = shows(element);
    if (place.contains(target) || target?.contains(place)) tags.delete(element.getAttribute("hx-get"));
  }
}

/** Looked at again: panels that listen for "wake from:body" ask at once. */
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.body.dispatchEvent(new CustomEvent("wake"));
});
