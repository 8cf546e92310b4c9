// Keys and small openings: "/" goes to the search, Escape closes what is open, a click elsewhere closes a menu.

/** Whether somebody is typing, so that letters are theirs. */
function typing(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

/** The search everything, where there is one; else the search of the list. */
function search() {
  return document.querySelector("[data-search]") ?? document.querySelector("main input[type=search]");
}

function closeMenus(except) {
  let closed = null;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except || menu.contains(except)) continue;
    menu.open = false;
    closed = menu;
  }
  return closed;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
    const field = search();
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  }
  if (event.key === "Escape") {
    closeMenus(null)?.querySelector("summary").focus();
    if (event.target.matches?.("input[type=search]")) event.target.blur();
  }
});

document.addEventListener("click", (event) => {
  const inside = event.target.closest?.("details.menu");
  closeMenus(inside);
  if (inside && event.target.closest(".menu-list a, .menu-list button")) inside.open = false;
});

/** A sheet that is made for paper. */
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print();
});

/** Fields that apply themselves when they change: density, a filter of a list. */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

/** A file let go over the dashed field is the file of that field; its name shows where one chose it. */
document.addEventListener("change", (event) => {
  if (!event.target.matches(".drop input[type=file]")) return;
  const label = event.target.closest(".drop").querySelector("b");
  label.textContent = Array.from(event.target.files, (file) => file.name).join(", ") || label.textContent;
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const field = event.target.closest?.(".drop");
    if (!field) return;
    event.preventDefault();
    field.toggleAttribute("data-over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const input = field.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** A menu inside a box that scrolls is laid over it, at the place of its button. */
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.menu") || !menu.open || !menu.closest(".table-box, .scroll")) return;
  const list = menu.querySelector(".menu-list");
  const at = menu.getBoundingClientRect();
  const below = at.bottom + 4 + list.offsetHeight <= innerHeight;
  Object.assign(list.style, {
    position: "fixed",
    insetInlineStart: "auto",
    insetInlineEnd: "auto",
    top: `${below ? at.bottom + 4 : Math.max(4, at.top - 4 - list.offsetHeight)}px`,
    left: `${Math.max(4, Math.min(at.right, innerWidth - 4) - list.offsetWidth)}px`,
  });
}, true);

/** Scrolled away from its button, such a menu closes. */
document.addEventListener("scroll", () => {
  for (const menu of document.querySelectorAll(":is(.table-box, .scroll) details.menu[open]")) menu.open = false;
}, { capture: true, passive: true });
