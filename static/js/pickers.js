// Two lists: a search on each side, over those that stand there. Without script the lists are whole.

const text = (label) => label.textContent.toLocaleLowerCase();

function narrow(picker) {
  const wanted = new Map(
    [...picker.querySelectorAll("[data-side]")].map((box) => [box.dataset.side, box.value.trim().toLocaleLowerCase()]),
  );
  for (const label of picker.querySelectorAll(":scope > label")) {
    const side = label.querySelector("input").checked ? "right" : "left";
    label.hidden = !text(label).includes(wanted.get(side) ?? "");
  }
}

function reveal() {
  for (const box of document.querySelectorAll(".picker [data-side][hidden]")) box.hidden = false;
}

document.addEventListener("input", (event) => {
  const picker = event.target.closest?.(".picker");
  if (picker) narrow(picker);
});

// Enter in a search looks for it; it does not save the form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.(".picker [data-side]")) event.preventDefault();
});

document.addEventListener("htmx:afterSettle", reveal);
reveal();
