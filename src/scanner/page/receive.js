// Reading: pictures from the camera or from files, until the file is whole.
class Receive {
  constructor(eyes, desk) {
    Object.assign(this, { eyes, desk, looked: 0, unread: 0, spoken: -1, stream: undefined, told: undefined, turn: 0 });
    by("camera-start").onclick = () => this.start();
    by("camera-stop").onclick = () => this.stop("The camera is off.");
    by("camera-list").onchange = () => this.start(by("camera-list").value);
    by("pictures").onchange = () => this.pictures([...by("pictures").files]);
    by("again").onclick = () => this.again();
    by("camera-start").disabled = by("pictures").disabled = false;
  }

  // The camera is asked for more than once if somebody presses twice: the last one counts, and the others are put off.
  async start(device) {
    this.stop("");
    const turn = this.turn;
    if (!navigator.mediaDevices?.getUserMedia) {
      return this.say(NO_CAMERA_HERE);
    }
    const which = device ? { deviceId: { exact: device } } : { facingMode: "environment" };
    const video = { ...which, width: { ideal: 1280 }, height: { ideal: 720 } };
    this.say("The browser is asked for the camera.");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    } catch (error) {
      return this.turn === turn && this.say(CAMERA_TROUBLE[error.name] ?? `The camera does not start: ${error.message}`);
    }
    if (this.turn !== turn) {
      return off(stream);
    }
    this.stream = stream;
    by("video").srcObject = stream;
    hide("video", false);
    hide("camera-stop", false);
    hide("camera-start", true);
    this.say("The camera is on. Hold it so that the whole code is in the picture.");
    // A camera that is turned off meanwhile does not play, and that is no trouble.
    await by("video").play().catch(() => undefined);
    const lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
    if (this.turn !== turn) {
      return lock?.release();
    }
    this.lock = lock;
    await this.list();
    this.watch(stream);
  }

  stop(text) {
    this.turn += 1;
    off(this.stream);
    this.lock?.release();
    this.stream = this.lock = undefined;
    by("video").srcObject = null;
    hide("video", true);
    hide("camera-stop", true);
    hide("camera-start", false);
    this.say(text);
  }

  // More than one camera: which one. Their names are known once one was allowed.
  async list() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter(({ kind }) => kind === "videoinput");
    const now = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    const option = ({ label, deviceId }, n) => new Option(label || `Camera ${n + 1}`, deviceId, false, deviceId === now);
    by("camera-list").replaceChildren(...cameras.map(option));
    hide("camera-choice", cameras.length < 2);
  }

  async watch(stream) {
    const video = by("video");
    while (this.stream === stream && !this.whole()) {
      await nextPicture(video);
      if (video.videoWidth > 0 && this.stream === stream) {
        await this.look(video, video.videoWidth, video.videoHeight, CAMERA_SIDE);
      }
    }
  }

  async pictures(files) {
    by("pictures").value = "";
    for (const [n, file] of files.entries()) {
      this.say(`Looking at picture ${n + 1} of ${files.length}: ${file.name}`);
      const before = this.told?.codes ?? 0;
      let picture;
      try {
        picture = await createImageBitmap(file);
      } catch {
        this.unread += 1;
        continue;
      }
      for (const side of FILE_SIDES.filter((side, n) => n === 0 || Math.max(picture.width, picture.height) > FILE_SIDES[n - 1])) {
        await this.look(picture, picture.width, picture.height, side);
      }
      this.unread += (this.told?.codes ?? 0) === before ? 1 : 0;
      picture.close();
    }
    const none = this.unread > 0 ? ` No code was found in ${this.unread} of them; take those again, closer and sharper.` : "";
    this.say(`Looked at ${count(files.length, "picture")}.${none}`);
    this.unread = 0;
  }

  async look(picture, width, height, side) {
    try {
      const codes = await this.eyes.look(picture, width, height, side);
      this.looked += 1;
      this.tell(this.desk.ask("scanner_take", codes));
    } catch (error) {
      this.say(`A picture could not be looked at: ${error.message}`);
    }
  }

  tell(told) {
    const before = this.whole();
    this.told = told;
    by("looked").textContent = this.looked;
    by("read").textContent = told.codes;
    by("aside").textContent = [told.aside, ...told.strays.map((line) => line.replace(/^put aside: /, ""))].join("; ");
    hide("progress", told.total === 0);
    hide("again", told.total === 0);
    by("bar").max = Math.max(told.needed, 1);
    by("bar").value = this.whole() ? by("bar").max : Math.min(told.received, told.needed);
    by("received").textContent = received(told);
    by("parts").textContent = sentence(told.parts);
    this.speak(told);
    if (this.whole() && !before) {
      this.arrived(told.files);
    }
  }

  whole() {
    return (this.told?.files.length ?? 0) > 0;
  }

  // A screen reader hears of each quarter, not of each code.
  speak(told) {
    const quarter = this.whole() ? 4 : Math.min(3, Math.floor((4 * told.received) / Math.max(told.needed, 1)));
    const state = told.mismatch ? 5 : quarter;
    if (told.total > 0 && state !== this.spoken) {
      this.spoken = state;
      by("told").textContent = this.whole() ? "It is complete." : received(told);
    }
  }

  arrived(files) {
    this.stop("It is complete; the camera is off.");
    describeAll(by("arrived-file"), files);
    by("saves").replaceChildren(...files.map((file, number) => {
      const button = made("button", `Save ${file.name}`);
      button.type = "button";
      button.onclick = () => save(this.desk.call("scanner_received", NOTHING, number).answer, file.name);
      return button;
    }));
    hide("arrived", false);
    by("arrived").focus();
  }

  again() {
    this.told = undefined;
    this.looked = 0;
    this.spoken = -1;
    by("told").textContent = "";
    hide("arrived", true);
    this.tell(this.desk.ask("scanner_restart", NOTHING));
    this.say("It is forgotten. The next code decides which file is read.");
  }

  say(text) {
    by("camera-told").textContent = text;
  }
}

function off(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}

// The next picture of the camera, or soon, where the browser does not tell.
function nextPicture(video) {
  const soon = new Promise((resolve) => setTimeout(resolve, 250));
  const told = video.requestVideoFrameCallback && new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  return told ? Promise.race([told, soon]) : new Promise((resolve) => setTimeout(resolve, 40));
}

function received(told) {
  const file = `${told.total} octets`;
  if (told.files.length > 0) {
    return `All of ${file} arrived.`;
  }
  return told.mismatch
    ? "What came does not fit together: a code of somebody else was among it. It is forgotten, and read anew."
    : `${told.received} of at least ${told.needed} codes received, for ${file}.`;
}

const CAMERA_SIDE = 1280;
// Photographs are looked at small first: a large one shows more noise than code.
const FILE_SIDES = [1600, 4096];
const NO_CAMERA_HERE = "This page gets no camera: browsers give one to pages from a server with https only, and phones "
  + "refuse it to a page opened from a file. Open the page from the store, or choose pictures.";
const CAMERA_TROUBLE = {
  NotAllowedError: "The camera was refused. Allow it for this page in the browser's settings, and start it again; or "
    + "choose pictures. Phones refuse a camera to a page opened from a file: open the page from the store.",
  NotFoundError: "No camera was found. Connect one, and start it again; or choose pictures.",
  OverconstrainedError: "That camera is gone. Start another one, or choose pictures.",
  NotReadableError: "The camera is in use. Close the other program, and start it again; or choose pictures.",
};
