// Picking rows: one box for all of a page, a range with Shift, and the third state in between.

const boxes = (form) => [...form.querySelectorAll(".pick input[name]:not([disabled])")];
const all = (form) => form.querySelector("thead .pick input, [data-pick-all]");
const last = new WeakMap();

function settle(form) {
  const head = all(form);
  if (!head) return;
  const rows = boxes(form).filter((box) => box !== head);
  const picked = rows.filter((box) => box.checked).length;
  head.checked = picked > 0 && picked === rows.length;
  head.indeterminate = picked > 0 && picked < rows.length;
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.(".pick input") || !box.form) return;
  const { form } = box;
  const rows = boxes(form);
  if (box === all(form)) {
    for (const row of rows) row.checked = box.checked;
  } else {
    const from = rows.indexOf(last.get(form));
    const to = rows.indexOf(box);
    if (event.shiftKey && from >= 0) {
      for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) row.checked = box.checked;
    }
    last.set(form, box);
  }
  settle(form);
});

document.addEventListener("reset", (event) => setTimeout(() => settle(event.target)));

/** A table that was swapped in, or a page the browser kept, shows its head box as its rows are. */
function settleAll() {
  for (const form of document.querySelectorAll("form.counted")) settle(form);
}

document.addEventListener("htmx:afterSettle", settleAll);
addEventListener("pageshow", settleAll);
settleAll();

/** A download of "just these rows" follows the list, whose address moves on while its head stays. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-rows]");
  if (!link) return;
  const here = new URLSearchParams(location.search);
  for (const name of ["after", "before"]) here.delete(name);
  link.search = [here.toString(), link.dataset.rows].filter(Boolean).join("&");
});
