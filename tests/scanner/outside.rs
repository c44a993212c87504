//! Nothing goes out: served as the store serves it, the page asks for nothing, and can ask for nothing.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::{fs, thread};

use support::Scratch;
use support::browser::Browser;
use support::process::workspace;

use super::page::{page, ready};

#[test]
fn no_request_leaves_the_page_and_none_can() {
    let scratch = Scratch::new("scanner-outside");
    let (address, asked) = serve();
    let browser = Browser::start(&scratch, None);
    browser.open(&format!("{address}/scan.html"));
    ready(&browser);
    assert_eq!(browser.complaints(), [""; 0]);
    let tries = [
        format!("return navigator.sendBeacon('{address}/beacon') ? 'queued' : 'refused'"),
        format!("return fetch('{address}/fetched').then(() => 'sent', () => 'refused')"),
        end_of(&format!("const it = new Image(); it.src = '{address}/image'")),
        end_of(&format!(
            "const it = document.createElement('script'); it.src = '{address}/script'; document.head.append(it)"
        )),
        end_of(&format!(
            "const it = document.createElement('iframe'); it.src = '{address}/frame'; document.body.append(it)"
        )),
        end_of(&format!(
            "const it = new WebSocket('{}/socket')",
            address.replace("http", "ws")
        )),
        end_of(&format!("const it = new Worker('{address}/worker')")),
        "const it = document.createElement('button'); it.setAttribute('onclick', 'window.ran = 1'); it.click();
            const script = document.createElement('script'); script.textContent = 'window.ran = 1';
            document.body.append(it, script); return window.ran ? 'sent' : 'refused'"
            .to_owned(),
    ];
    let ends: Vec<_> = tries.iter().map(|one| browser.script(one)).collect();
    let mut asked = asked.lock().expect("no panic").clone();
    asked.sort();
    assert_eq!(asked, ["GET /scan.html"]);
    let frame = 4;
    assert!(
        ends.iter().enumerate().all(|(n, end)| end != "sent" || n == frame),
        "{ends:?}"
    );
    let refusals = browser
        .complaints()
        .iter()
        .filter(|said| said.contains("Content Security Policy"))
        .count();
    assert!(refusals >= 5, "the policy refused {refusals} times");
}

/// What no policy forbids: the page has taken it from itself, and so has its worker.
#[test]
fn nothing_can_be_kept_and_nobody_called() {
    let scratch = Scratch::new("scanner-renounced");
    let (address, _) = serve();
    let browser = Browser::start(&scratch, None);
    browser.open(&format!("{address}/scan.html"));
    ready(&browser);
    for name in [
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "caches",
        "RTCPeerConnection",
        "webkitRTCPeerConnection",
        "WebTransport",
        "BroadcastChannel",
        "open",
    ] {
        let left = browser.script(&format!("delete globalThis.{name}; return typeof globalThis.{name}"));
        assert_eq!(left, "undefined", "{name}");
    }
    let tried = "try { document.cookie = 'a=b' } catch {} return document.cookie";
    assert_eq!(browser.script(tried), "");
    assert_eq!(browser.script("return typeof navigator.serviceWorker"), "undefined");
    assert_eq!(browser.complaints(), [""; 0]);
}

/// Tries something that loads or fails.
fn end_of(script: &str) -> String {
    let ends = "it.onload = it.onopen = it.onmessage = () => done('sent'); it.onerror = () => done('refused')";
    // A frame that is refused loads an empty page, and says nothing else: what was asked for counts.
    format!(
        "return new Promise(done => {{ try {{ {script}; {ends}; setTimeout(() => done('nothing'), 1000) }} catch {{
        done('refused') }} }})"
    )
}

#[test]
fn the_page_names_no_folder_of_the_machine_it_was_built_on() {
    use base64ct::{Base64, Encoding as _};
    let page = fs::read_to_string(page()).expect("the page");
    let wasm = page
        .split("const WASM = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("base64");
    let wasm = Base64::decode_vec(wasm).expect("base64");
    let has = |text: &str| wasm.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("/cargo/registry/"), "sources are named");
    for folder in [&workspace(), &std::env::home_dir().expect("a home")] {
        let folder = format!("{}/", folder.display());
        assert!(!has(&folder), "{folder} is named");
    }
}

/// The store, on this machine, with nothing but the page; what it was asked for.
fn serve() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&asked);
    let page = fs::read(page()).expect("the page");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &page, &heard);
        }
    });
    (address, asked)
}

fn answer(mut stream: TcpStream, page: &[u8], asked: &Mutex<Vec<String>>) {
    let mut request = [0; 4096];
    let length = stream.read(&mut request).unwrap_or(0);
    let request = String::from_utf8_lossy(&request[..length]);
    let words: Vec<&str> = request.split(' ').take(2).collect();
    // Browsers open connections beforehand, and ask nothing.
    if words.len() < 2 {
        return;
    }
    asked.lock().expect("no panic").push(words.join(" "));
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n";
    let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n", page.len());
    let _ = stream.write_all(page);
}
