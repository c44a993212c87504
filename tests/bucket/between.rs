//! A network, or a service, that does not do what it should: a small proxy before the service.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::service::Service;

/// What it does.
#[derive(Clone, Copy)]
pub enum Rule {
    /// Nothing.
    Pass,
    /// Leaves out a header of each request.
    Drop(&'static str),
    /// Says `x-amz-sdk-checksum-algorithm` beside a checksum: S3 takes the checksum alone where Object Lock is on, and moto
    /// asks for this header.
    NameChecksum,
    /// Refuses everything after so many PUTs.
    StopAfter(usize),
    /// Holds the PUT of this number back, and refuses it and everything after it.
    Delay(usize),
}

pub struct Between {
    address: String,
    upstream: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    puts: usize,
    taken: usize,
    held: Option<Vec<u8>>,
}

impl Between {
    pub fn new(service: &Service, rule: Rule) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let upstream = service.address().trim_start_matches("http://").to_owned();
        let (seen, to) = (Arc::<Mutex<Seen>>::default(), upstream.clone());
        let shared = seen.clone();
        // It ends with the test's process: whoever connects is served by a thread of their own.
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (shared, to) = (shared.clone(), to.clone());
                std::thread::spawn(move || drop(serve(client, &to, rule, &shared)));
            }
        });
        Self {
            address,
            upstream,
            seen,
        }
    }

    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// How many PUTs the service took.
    pub fn taken(&self) -> usize {
        self.seen.lock().expect("no panic").taken
    }

    /// Lets go what was held back; what the service answers.
    pub fn release(&self) -> Option<u16> {
        let held = self.seen.lock().expect("no panic").held.take()?;
        let answer = ask(&self.upstream, &held).expect("an answer");
        Some(status(&answer))
    }
}

/// One request, and its answer; then the connection is closed.
fn serve(mut client: TcpStream, upstream: &str, rule: Rule, seen: &Mutex<Seen>) -> io::Result<()> {
    client.set_read_timeout(Some(Duration::from_secs(30)))?;
    let request = read(&client, rule)?;
    let is_put = request.starts_with(b"PUT ");
    let refused = {
        let mut seen = seen.lock().expect("no panic");
        seen.puts += usize::from(is_put);
        let refused = match rule {
            Rule::Pass | Rule::Drop(_) | Rule::NameChecksum => false,
            Rule::StopAfter(puts) => seen.puts > puts,
            Rule::Delay(put) => seen.puts >= put,
        };
        if refused && is_put && matches!(rule, Rule::Delay(_)) && seen.held.is_none() {
            seen.held = Some(request.clone());
        }
        refused
    };
    if refused {
        return client.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    let answer = ask(upstream, &request)?;
    if is_put && status(&answer) == 200 {
        seen.lock().expect("no panic").taken += 1;
    }
    client.write_all(&answer)
}

/// The whole request, changed as the rule says, to be the last of its connection.
fn read(client: &TcpStream, rule: Rule) -> io::Result<Vec<u8>> {
    let mut reader = BufReader::new(client);
    let (mut request, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if line.trim().is_empty() {
            break;
        }
        if name == "content-length" {
            length = line.split(':').nth(1).and_then(|n| n.trim().parse().ok()).unwrap_or(0);
        }
        if name == "x-amz-checksum-sha256" && matches!(rule, Rule::NameChecksum) {
            request.extend_from_slice(b"x-amz-sdk-checksum-algorithm: SHA256\r\n");
        }
        let left_out = matches!(rule, Rule::Drop(header) if header == name);
        if !left_out && name != "connection" {
            request.extend_from_slice(line.as_bytes());
        }
    }
    request.extend_from_slice(b"Connection: close\r\n\r\n");
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.extend_from_slice(&body);
    Ok(request)
}

fn ask(upstream: &str, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut service = TcpStream::connect(upstream)?;
    service.set_read_timeout(Some(Duration::from_secs(30)))?;
    service.write_all(request)?;
    let mut answer = Vec::new();
    service.read_to_end(&mut answer)?;
    Ok(answer)
}

/// `HTTP/1.1 200 OK`
fn status(answer: &[u8]) -> u16 {
    let line = String::from_utf8_lossy(answer.get(..12).unwrap_or_default()).into_owned();
    line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}
