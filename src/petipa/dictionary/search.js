// Shows only what has the letters typed, accents and capitals aside; words may come in any order.
const plain = (text) =>
  text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/\u0153/g, "oe").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();
const box = document.getElementById("find");
const items = [...document.querySelectorAll("[data-names]")];
const groups = [...document.querySelectorAll("section, .letter")];
function search() {
  const words = plain(box.value).split(" ").filter(Boolean);
  const pages = new Set();
  for (const item of items) {
    const names = " " + item.dataset.names;
    item.hidden = !words.every((word) => names.includes(" " + word) || (word.length > 3 && names.includes(word)));
    if (!item.hidden) pages.add(item.querySelector("a").getAttribute("href"));
  }
  for (const group of groups) group.hidden = ![...group.querySelectorAll("[data-names]")].some((item) => !item.hidden);
  document.getElementById("found").textContent = words.length ? (pages.size ? `${pages.size} found` : "no step is called so") : "";
}
box.addEventListener("input", search);
box.addEventListener("keydown", (e) => {
  const first = items.find((item) => !item.hidden);
  if (e.key === "Enter" && box.value && first) location.href = first.querySelector("a").href;
});
search();
