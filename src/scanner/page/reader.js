// The worker: looks at pictures beside the page, so that the page never stops. What is received is not kept here: a
// picture that stops this machine costs one picture.
let wasm;
let machine;

renounce();

onmessage = async ({ data }) => {
  try {
    if (data.wasm) {
      wasm = data.wasm;
      machine = await Machine.start(wasm);
      postMessage({ codes: new Uint8Array(0) });
    } else {
      const { answer } = machine.call("scanner_look", data.pixels, data.width, data.height);
      postMessage({ codes: answer });
    }
  } catch (error) {
    machine = await Machine.start(wasm).catch(() => undefined);
    postMessage({ error: String(error) });
  }
};
