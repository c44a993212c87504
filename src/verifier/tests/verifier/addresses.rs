//! A store at an address, which lists nothing by itself and may stop answering.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::{folder, told, verify};
use crate::common::NOW;

/// The store served as it is by a server of others, until this is dropped.
struct Served {
    child: std::process::Child,
    address: String,
}

impl Served {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new("python3")
            .args(["-u", "-m", "http.server", "--bind", "127.0.0.1", "0"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3");
        let mut line = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().expect("its output"));
        std::io::BufRead::read_line(&mut out, &mut line).expect("a line");
        // `Serving HTTP on 127.0.0.1 port 41234 (http://127.0.0.1:41234/) ...`
        let address = line.split(['(', ')']).nth(1).expect("an address").to_owned();
        Self { child, address }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_store_at_an_address_is_checked_like_a_folder() {
    let folder = folder("served");
    let served = Served::start(&folder);
    let now = NOW.to_string();
    let asked = |place: &str| {
        let asked = [
            "store",
            place,
            "--root",
            "certs/root-1.pem",
            "--now",
            &now,
            "--rehearsal",
        ];
        let output = verify(&folder, &asked);
        (told(&output), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, text) = asked(&served.address);
    assert_eq!(code, (0, String::new()), "{text}");
    let more = "  - whether the address has files that its files.txt does not name, and whether\n    it gives others the same\n";
    assert!(text.contains(more), "{text}");
    assert_eq!(text.replace(more, ""), asked(".").1, "the rest is the same");

    fs::remove_file(folder.join("certs/bors-1.pem")).expect("it was there");
    let ((code, _), text) = asked(&served.address);
    assert_eq!(code, 1);
    assert!(text.contains("FINDING certs/bors-1.pem [missing-file]\n"), "{text}");
}

#[test]
fn an_address_that_does_not_answer_is_no_finding() {
    let folder = folder("unanswered");
    let served = Served::start(&folder);
    // A file that the server may not read: it answers 404 for one that is gone, and 5xx or nothing for others.
    fs::remove_file(folder.join("files.txt")).expect("it was there");
    let ask = |address: &str| told(&verify(&folder, &["store", address, "--root", "certs/root-1.pem"]));
    let (code, error) = ask(&served.address);
    assert_eq!(code, 3, "{error}");
    assert!(error.contains("it has no files.txt, and so is no store\n"), "{error}");

    let gone = served.address.clone();
    drop(served);
    let (code, error) = ask(&gone);
    assert_eq!(code, 3, "{error}");
    assert!(
        error.starts_with(&format!("ceremony-verify: error: {gone} cannot be read: "))
            && error.contains("\nceremony-verify: hint: "),
        "{error}"
    );
}

/// A server that answers the list, and then nothing but 503.
#[test]
fn an_address_that_stops_answering_says_nothing_about_the_store() {
    use std::io::{Read as _, Write as _};
    let folder = folder("stopped");
    let listed = fs::read_to_string(folder.join("files.txt")).expect("the list");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        // One connection a request; the last one ends the thread.
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut asked = [0; 1024];
            let length = stream.read(&mut asked).unwrap_or(0);
            let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
            let (status, body) = match asked.starts_with("GET /files.txt ") {
                true => ("200 OK", listed.as_str()),
                false => ("503 Service Unavailable", ""),
            };
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
            let _ = stream.write_all(answer.as_bytes());
            if asked.starts_with("GET /end ") {
                break;
            }
        }
    });
    let asked = ["store", &address, "--root", "certs/root-1.pem", "--rehearsal"];
    let (code, error) = told(&verify(&folder, &asked));
    let end = address.replace("http://", "").replace('/', "");
    let mut last = std::net::TcpStream::connect(end).expect("the server");
    last.write_all(b"GET /end HTTP/1.1\r\n\r\n").expect("asked");
    server.join().expect("no panic");
    assert_eq!(code, 4, "{error}");
    assert!(
        error.contains("the address does not answer as it should: ") && error.contains("503"),
        "{error}"
    );
    assert!(
        error.contains("hint: nothing follows from that, neither for the store nor against it"),
        "{error}"
    );
}
