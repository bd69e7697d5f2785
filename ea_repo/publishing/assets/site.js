// Light or dark as the reader chose; the language at the door; drawings in full size. All of it is a convenience.
"use strict";
(() => {
  const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a file may have no memory */ } };
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = remembered("ea-repo-theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  const switchTheme = () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    remember("ea-repo-theme", root.dataset.theme);
  };

  const fullSize = (button) => {
    const figure = button.closest("figure");
    const svg = figure.querySelector("svg");
    if (!svg || svg.getBoundingClientRect().width >= svg.width.baseVal.value - 1) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const full = figure.classList.toggle("in-full");
      button.setAttribute("aria-pressed", String(full));
    });
  };

  const openDoor = (links) => {
    const wanted = [remembered("ea-repo-language"), ...navigator.languages.map((each) => each.slice(0, 2))];
    const found = wanted.map((each) => links.find((link) => link.dataset.language === each)).find(Boolean);
    if (found || links.length === 1) location.replace((found || links[0]).href);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const theme = document.querySelector("button.theme");
    if (theme) { theme.hidden = false; theme.addEventListener("click", switchTheme); }
    document.querySelectorAll("button.full-size").forEach(fullSize);
    document.querySelectorAll(".languages a").forEach((link) =>
      link.addEventListener("click", () => {
        remember("ea-repo-language", link.lang);
        link.search = location.search;
      }));
    const doors = [...document.querySelectorAll("[data-language]")];
    if (doors.length) openDoor(doors);
  });
})();
