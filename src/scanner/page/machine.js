// The one door to the WebAssembly: octets in, octets out, both in memory that Rust owns (src/abi.rs).
class Machine {
  static async start(wasm) {
    const { instance } = await WebAssembly.instantiate(wasm, {});
    return new Machine(instance.exports);
  }

  constructor(exports) {
    this.exports = exports;
  }

  // Gives octets, calls a function, and comes back with what the function did and a copy of its answer.
  call(name, octets, ...numbers) {
    const { memory } = this.exports;
    const at = this.exports.scanner_input(octets.length);
    if (at === 0) {
      throw new RangeError("this is more than the page takes at once");
    }
    // Room may have moved the memory: its buffer is asked for afterwards.
    new Uint8Array(memory.buffer, at, octets.length).set(octets);
    const done = this.exports[name](...numbers);
    const answer = new Uint8Array(memory.buffer, this.exports.scanner_output(), this.exports.scanner_output_length());
    return { done, answer: answer.slice() };
  }

  // The same for an answer in JSON.
  ask(name, octets, ...numbers) {
    return JSON.parse(new TextDecoder().decode(this.call(name, octets, ...numbers).answer));
  }
}
