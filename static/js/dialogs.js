// A link with data-dialog opens its page in the <dialog> of the shell; without JavaScript it is a page of its own.

const box = () => document.getElementById("dialog");
let opener = null;

/** Fetch the page into the dialog; when that fails, go there. */
async function open(url) {
  const dialog = box();
  dialog.replaceChildren();
  try {
    await htmx.ajax("GET", url, { target: dialog, swap: "innerHTML" });
  } catch {
    location.assign(url);
    return;
  }
  if (!dialog.firstElementChild) location.assign(url);
  else show(dialog);
}

function show(dialog) {
  const heading = dialog.querySelector("h1, h2");
  if (heading) heading.id ||= "dialog-title";
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector("[autofocus], [aria-invalid=true], input:not([type=hidden]), select, textarea, [data-close], button");
  first?.focus();
}

function close() {
  const dialog = box();
  if (dialog?.open) dialog.close();
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[data-dialog]");
  if (link && box()) {
    event.preventDefault();
    opener = link.closest("details.menu")?.querySelector("summary") ?? link;
    open(link.href);
    return;
  }
  const dialog = event.target.closest?.("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) {
    event.preventDefault();
    dialog.close();
  }
});

/** Emptied when it closes: no form with a secret stays behind, and the focus goes back to where it came from. */
document.addEventListener("close", (event) => {
  if (event.target !== box()) return;
  event.target.replaceChildren();
  if (opener?.isConnected) opener.focus();
  opener = null;
}, true);

/** What came back into the open dialog (a form with its errors) is looked at anew. */
document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = box();
  if (dialog?.open && dialog.contains(event.detail.target)) show(dialog);
});

/** A server that has done what was asked may say so without a new page. */
document.addEventListener("closeDialog", close);
