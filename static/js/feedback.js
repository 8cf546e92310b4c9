// Toasts that leave by themselves (but not while one reads them), and buttons that copy.

const STAY = 6000;

function dismiss(toast) {
  toast.remove();
}

/** Count down while nobody points at it; refusals stay until they are closed. */
function watch(toast) {
  if (toast.dataset.watched) return;
  toast.dataset.watched = "1";
  toast.querySelector("[data-close]")?.addEventListener("click", () => dismiss(toast));
  if ("stays" in toast.dataset) return;
  let left = STAY;
  let since = 0;
  let timer = 0;
  const go = () => {
    since = performance.now();
    timer = setTimeout(() => dismiss(toast), left);
  };
  const rest = () => {
    clearTimeout(timer);
    left = Math.max(left - (performance.now() - since), 1500);
  };
  toast.addEventListener("pointerenter", rest);
  toast.addEventListener("focusin", rest);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusout", go);
  go();
}

const tray = document.getElementById("toasts");
if (tray) {
  for (const toast of tray.querySelectorAll(".toast")) watch(toast);
  new MutationObserver(() => tray.querySelectorAll(".toast").forEach(watch)).observe(tray, { childList: true });
}

/** Into the clipboard; where the browser allows that only on secure pages, by way of a selection. */
async function copy(text) {
  if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "vh" });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("not copied");
  return undefined;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const label = button.getAttribute("aria-label");
  try {
    await copy(button.dataset.copy);
    button.setAttribute("aria-label", document.body.dataset.sayCopied);
    button.toggleAttribute("data-copied", true);
  } catch {
    button.setAttribute("aria-label", document.body.dataset.sayNotCopied);
  }
  setTimeout(() => {
    button.removeAttribute("data-copied");
    if (label) button.setAttribute("aria-label", label);
    else button.removeAttribute("aria-label");
  }, 2000);
});
