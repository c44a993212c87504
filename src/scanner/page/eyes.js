// Pictures become codes: one picture at a time goes to the worker.
class Eyes {
  static async open(wasm) {
    const address = URL.createObjectURL(new Blob([READER], { type: "text/javascript" }));
    const eyes = new Eyes(new Worker(address));
    await eyes.send({ wasm });
    return eyes;
  }

  constructor(worker) {
    this.worker = worker;
    this.last = Promise.resolve();
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  // Looks at a picture whose longer side is made `side` pixels at most; the octets of its codes, as the machine has them.
  look(picture, width, height, side) {
    const scale = Math.min(1, side / Math.max(width, height));
    const [w, h] = [width, height].map((length) => Math.max(1, Math.round(length * scale)));
    this.canvas.width = w;
    this.canvas.height = h;
    // What is transparent in a picture is paper.
    this.context.fillStyle = "#fff";
    this.context.fillRect(0, 0, w, h);
    this.context.drawImage(picture, 0, 0, w, h);
    const pixels = new Uint8Array(this.context.getImageData(0, 0, w, h).data.buffer);
    return this.send({ pixels, width: w, height: h }, [pixels.buffer]);
  }

  // Waits for the answer to what was sent before.
  send(message, handed = []) {
    const answer = this.last.then(() => new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.codes));
      this.worker.onerror = (event) => reject(new Error(event.message || "the worker could not be started"));
      this.worker.postMessage(message, handed);
    }));
    this.last = answer.catch(() => undefined);
    return answer;
  }
}
