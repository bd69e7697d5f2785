// Full-text search in the page. Its files are scripts that call `publication`, as a page opened from a file may load
// nothing else. What counts as a word and how names are weighed is as in the repository's own search.
"use strict";
const publication = (() => {
  const MOST = 50;
  const box = document.getElementById("found");
  const line = box.querySelector(".count"), list = box.querySelector(".hits");
  const input = document.querySelector("input[name=q]");
  const root = box.dataset.root;
  const terms = new Map(), titles = new Map(), loading = new Map();
  let index = null, folding = null, marks = null, syllabic = null, asked = 0;

  const load = (path) => {
    if (!loading.has(path)) {
      loading.set(path, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${root}search/${path}`;
        script.onload = resolve;
        script.onerror = () => { loading.delete(path); reject(new Error(path)); };
        document.head.append(script);
      }));
    }
    return loading.get(path);
  };

  const fold = (text) => Array.from(text, (letter) => {
    const odd = folding.odd[letter];
    if (odd !== undefined) return odd;
    return letter.toLowerCase().normalize("NFKD").replace(marks, "").toLowerCase();
  }).join("").normalize("NFC");

  const wordsOf = (folded) => folded.match(/[\p{L}\p{N}]+/gu) || [];

  // As in the repository: pairs of Korean, Chinese and Japanese characters; of other words the end may be left out.
  const termsOf = (text) => {
    const found = new Map();
    for (const word of wordsOf(fold(text.slice(0, 1000)))) {
      const letters = Array.from(word);
      if (syllabic.test(word) && letters.length > 1) {
        if (letters.length === 2) found.set(`=${word}`, [word, false]);
        else letters.slice(1).forEach((_, at) => {
          const pair = letters[at] + letters[at + 1];
          found.set(`=${pair}`, [pair, false]);
        });
      } else found.set(`^${word}`, [word, true]);
    }
    return [...found.values()];
  };

  const numbers = (text, into) => {
    let at = 0;
    if (text) for (const step of text.split(",")) { at += parseInt(step, 36); into.add(at); }
  };

  const having = async ([term, isOpen]) => {
    const shards = Object.keys(index.shards).filter((each) => term.startsWith(each) || (isOpen && each.startsWith(term)));
    await Promise.all(shards.map((each) => load(`terms/${index.shards[each]}.js`)));
    const found = new Set();
    for (const shard of shards) {
      for (const row of terms.get(shard)) {
        const [word, named, rest] = row.split(" ");
        if (isOpen ? word.startsWith(term) : word === term) { numbers(named, found); numbers(rest, found); }
      }
    }
    return found;
  };

  const score = (wanted, words, names) => {
    let best = 0.1;
    for (const name of names.map(fold)) {
      if (name === wanted) return 1;
      const length = Array.from(wanted).length / Math.max(Array.from(name).length, 1);
      if (name.startsWith(wanted)) best = Math.max(best, 0.7 + 0.2 * length);
      else if (name.includes(wanted)) best = Math.max(best, 0.5 + 0.2 * length);
      else if (words.every((word) => name.includes(word))) best = Math.max(best, 0.3 + 0.2 * Math.min(length, 1));
    }
    return Math.round(best * 10000) / 10000;
  };

  // A view has no type.
  const read = (row) => ({
    name: row[0], type: row[1], path: `${row[1] ? "elements" : "views"}/${row[2]}/${row[3]}.html`,
    owner: row[4] || "", uid: row[5], names: row[6] || {}, owners: row[7] || {},
  });

  const search = async (text) => {
    const wanted = termsOf(text);
    if (!wanted.length) return [];
    const sets = await Promise.all(wanted.map(having));
    const [first, ...rest] = sets.sort((one, other) => one.size - other.size);
    const found = [...first].filter((number) => rest.every((set) => set.has(number)));
    const blocks = new Set(found.map((number) => Math.floor(number / index.each)));
    await Promise.all([...blocks].map((each) => load(`titles/${each}.js`)));
    const whole = fold(text).trim(), words = wordsOf(whole);
    const hits = found.map((number) => read(titles.get(number.toString(36))));
    for (const hit of hits) hit.score = score(whole, words, [hit.name, ...Object.values(hit.names)]);
    const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
    return hits.sort((one, other) =>
      other.score - one.score || compare(one.name, other.name) || compare(one.uid, other.uid));
  };

  const ready = () => Promise.all([load("index.js"), load("folding.js")]);

  const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);

  const show = (hits) => {
    const { lang, up, view } = box.dataset;
    line.textContent = hits.length ? box.dataset.found.replace("{}", String(hits.length)) : box.dataset.none;
    if (hits.length > MOST) line.textContent += ` ${box.dataset.more.replace("{}", String(MOST))}`;
    list.replaceChildren(...hits.slice(0, MOST).map((hit) => {
      const item = document.createElement("li");
      const labels = index.types[hit.type] || { en: hit.type };
      item.append(
        element("a", hit.names[lang] || hit.name, { href: up + hit.path }), " ",
        element("span", hit.type ? labels[lang] || labels.en : view, { className: "tag" }), " ",
        element("small", [hit.owners[lang] || hit.owner, hit.uid].filter(Boolean).join(" · ")),
      );
      return item;
    }));
  };

  const answer = async (text) => {
    const mine = ++asked;
    if (!text.trim()) { line.textContent = ""; list.replaceChildren(); return; }
    line.textContent = box.dataset.searching;
    await ready();
    const hits = await search(text);
    if (mine === asked) show(hits);
  };

  const begin = () => {
    const text = new URLSearchParams(location.search).get("q") || "";
    input.value = text;
    answer(text);
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => answer(input.value), 120);
    });
    input.form.addEventListener("submit", (event) => {
      event.preventDefault();
      history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
      answer(input.value);
    });
  };
  begin();

  return {
    index: (found) => { index = found; },
    folding: (found) => {
      folding = found;
      marks = new RegExp(`[${found.marks}]`, "gu");
      syllabic = new RegExp(found.syllabic, "u");
    },
    terms: (prefix, text) => terms.set(prefix, text.split("\n")),
    titles: (block, rows) => Object.entries(rows).forEach(([number, row]) => titles.set(number, row)),
    // For tests: what a text is taken to ask for, and the uids it finds, best first.
    asked: async (text) => { await ready(); return termsOf(text); },
    found: async (text) => { await ready(); return (await search(text)).map((hit) => hit.uid); },
  };
})();
