// Showing: a file as codes on the screen, one after the other.
class Show {
  constructor(desk) {
    // Who asked for a still screen starts the codes by hand.
    const paused = matchMedia("(prefers-reduced-motion: reduce)").matches;
    Object.assign(this, { desk, files: undefined, told: undefined, number: 0, timer: undefined, paused });
    by("file").onchange = () => this.choose([...by("file").files]);
    by("form").onchange = by("density").onchange = () => this.begin();
    by("speed").onchange = () => this.run();
    by("pause").onclick = () => this.pause(!this.paused);
    by("back").onclick = () => this.step(-1);
    by("next").onclick = () => this.step(1);
    by("file").disabled = false;
  }

  async choose(files) {
    if (files.length === 0) {
      return;
    }
    const size = files.reduce((sum, file) => sum + file.size, 0);
    by("form").value = size <= STILL_AT_FIRST ? "still" : "animated";
    try {
      const octets = await Promise.all(files.map((file) => file.arrayBuffer()));
      const named = files.map((file, n) => [new TextEncoder().encode(file.name), new Uint8Array(octets[n])]);
      this.files = pieces(named.flat());
      this.begin();
    } catch (error) {
      this.refuse({ error: `${files.map(({ name }) => name).join(", ")} cannot be read: ${error.message}`,
        hint: "choose another file" });
    }
  }

  begin() {
    const still = by("form").value === "still";
    const told = this.desk.ask("scanner_show", this.files, still ? 0 : Number(by("density").value));
    if (told.error) {
      return this.refuse(told);
    }
    this.told = told[0];
    hide("shown", false);
    hide("show-trouble", true);
    by("form").options[0].disabled = !this.told.stills;
    by("density").disabled = still;
    describeAll(by("shown-file"), told);
    this.number = 0;
    this.draw();
    this.pause(this.paused);
  }

  refuse({ error, hint }) {
    this.halt();
    hide("shown", true);
    hide("show-trouble", false);
    by("show-trouble").textContent = `${sentence(error)} ${sentence(hint)}`;
  }

  draw() {
    const { done: side, answer } = this.desk.call("scanner_code", NOTHING, this.number);
    const picture = new ImageData(side, side);
    answer.forEach((light, n) => picture.data.set([light, light, light, 255], 4 * n));
    by("code").width = by("code").height = side;
    by("code").getContext("2d").putImageData(picture, 0, 0);
    by("which").textContent = this.told.still
      ? `Code ${this.number + 1} of ${this.told.needed}; all of them are needed.`
      : `Code ${this.number + 1}; any ${this.told.needed}, or a few more, are enough.`;
  }

  step(by) {
    this.pause(true);
    this.move(by);
  }

  move(by) {
    const all = this.told.still ? this.told.needed : ANIMATION;
    this.number = (this.number + by + all) % all;
    this.draw();
  }

  pause(paused) {
    this.paused = paused;
    by("pause").textContent = paused ? "Go on" : "Pause";
    this.run();
  }

  run() {
    this.halt();
    if (!this.paused && this.told) {
      this.timer = setInterval(() => this.move(1), 1000 / Number(by("speed").value));
    }
  }

  halt() {
    clearInterval(this.timer);
  }
}

// Octets one after the other, each with their number in four octets before them, as the machine reads them.
function pieces(all) {
  const octets = new Uint8Array(all.reduce((sum, one) => sum + 4 + one.length, 0));
  let at = 0;
  for (const one of all) {
    new DataView(octets.buffer).setUint32(at, one.length);
    octets.set(one, at + 4);
    at += 4 + one.length;
  }
  return octets;
}

// As many codes as an animation has before it begins again.
const ANIMATION = 1 << 24;
// Two still codes are read at once; more of them are easier to read as an animation.
const STILL_AT_FIRST = 1200;
