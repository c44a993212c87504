// What no policy can forbid, the page takes from itself before it begins, and its worker too: to keep anything in the
// browser, to call another browser, to open another page. That binds mistakes, not intent: an empty frame has all of it again.
function renounce() {
  for (const name of RENOUNCED) {
    if (name in globalThis) {
      Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
    }
  }
  for (const name of ["serviceWorker", "storage", "credentials", "storageBuckets"]) {
    if (name in navigator) {
      Object.defineProperty(navigator, name, { value: undefined, writable: false, configurable: false });
    }
  }
  if (globalThis.document) {
    Object.defineProperty(document, "cookie", { value: "", writable: false, configurable: false });
  }
}

const RENOUNCED = ["localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore", "RTCPeerConnection",
  "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport", "BroadcastChannel", "SharedWorker", "open", "showSaveFilePicker",
  "showOpenFilePicker", "showDirectoryPicker"];
