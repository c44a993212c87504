// The beginning, and what both halves of the page use.
const NOTHING = new Uint8Array(0);

function by(id) {
  return document.getElementById(id);
}

function hide(id, hidden) {
  by(id).hidden = hidden;
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function made(name, text, style) {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = style ?? "";
  return element;
}

// What a file is, with its digest in blocks, and in words where people compare it.
function describe(place, file) {
  const list = document.createElement("dl");
  const row = (name, ...values) => list.append(made("dt", name), ...values);
  const lines = (texts, style) => {
    const all = made("dd", "", style);
    all.append(...texts.map((text) => made("span", text)));
    return all;
  };
  row("What", made("dd", file.what));
  if (file.rehearsal !== null) {
    row("Mark", made("dd", file.rehearsal ? "REHEARSAL: nothing in it is to be trusted" : "none: it is no rehearsal's"));
  }
  row("Octets", made("dd", String(file.size)));
  row(file.of ? `SHA-256 of ${file.of}` : "SHA-256", lines(file.blocks, "digest"));
  if (file.words.length > 0) {
    row("In words", lines(file.words, "words"));
  }
  place.append(list);
}

// Files that go together: the bundle first, what lies beside it after it.
function describeAll(place, files) {
  place.replaceChildren();
  for (const file of files) {
    if (files.length > 1) {
      place.append(made("h3", file.name));
    }
    describe(place, file);
  }
}

function save(octets, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([octets], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function begin() {
  renounce();
  const wasm = Uint8Array.from(atob(WASM), (letter) => letter.charCodeAt(0));
  // Two machines, one that looks and one that keeps: see reader.js. A file that is shown has a third.
  const [eyes, desk, giver] = await Promise.all([Eyes.open(wasm), Machine.start(wasm), Machine.start(wasm)]);
  new Receive(eyes, desk);
  new Show(giver);
}

begin().catch((error) => {
  hide("trouble", false);
  by("trouble").textContent = `This browser cannot run the page: ${error.message}. Use a newer one, or ceremony-member scan.`;
});
