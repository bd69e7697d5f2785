// Puts drawings into the page itself, so that their links and tooltips work. Without it they are pictures.
"use strict";
async function bringIn(figure) {
  const address = new URL(figure.dataset.drawing, location.href);
  if (matchMedia("(prefers-color-scheme: dark)").matches) address.searchParams.set("theme", "dark");
  const answer = await fetch(address);
  if (!answer.ok) return;
  const parsed = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  if (parsed.localName !== "svg") return;
  figure.querySelector("picture").replaceWith(document.importNode(parsed, true));
}
document.querySelectorAll("[data-drawing]").forEach(bringIn);
