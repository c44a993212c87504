//! A server on this machine that answers as it is told. It ends with the test, and waits for nobody for long.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

pub struct Server {
    /// Where a policy says that it is.
    pub url: String,
    address: String,
    asked: Arc<AtomicUsize>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What is sent back, byte for byte.
#[derive(Clone)]
pub struct Reply(Vec<u8>);

impl Reply {
    pub fn text(status: u16, body: &str) -> Self {
        Self::typed(status, "text/plain; charset=utf-8", body.as_bytes())
    }

    pub fn bytes(status: u16, body: &[u8]) -> Self {
        Self::typed(status, "application/octet-stream", body)
    }

    pub fn size(size: u64) -> Self {
        Self::size_text(&format!("{size}\n"))
    }

    pub fn size_text(body: &str) -> Self {
        Self::typed(409, "text/x.tlog.size", body.as_bytes())
    }

    pub fn redirect(to: &str) -> Self {
        Self(format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into())
    }

    pub fn raw(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    fn typed(status: u16, media: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} Said\r\ncontent-type: {media}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        Self([head.as_bytes(), body].concat())
    }
}

impl Server {
    /// Answers each request, by its first words (`POST /w/add-checkpoint`) and its body.
    pub fn new(answer: impl Fn(&str, &str) -> Reply + Send + 'static) -> Self {
        Self::serve(move |stream, request, body| {
            let _ = stream.write_all(&answer(request, body).0);
        })
    }

    fn serve(answer: impl Fn(&mut TcpStream, &str, &str) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (asked, ends) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (counted, ended) = (asked.clone(), ends.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                let (request, body) = read(&mut stream);
                counted.fetch_add(1, Ordering::SeqCst);
                answer(&mut stream, &request, &body);
            }
        });
        Self {
            url: format!("http://{address}/w/"),
            address,
            asked,
            ends,
            thread: Some(thread),
        }
    }

    /// Begins an answer, and then says nothing for so long.
    pub fn slow(begun: &[u8], pause: Duration) -> Self {
        let begun = begun.to_vec();
        Self::serve(move |stream, _, _| {
            let _ = stream.write_all(&begun);
            std::thread::sleep(pause);
        })
    }

    /// An address at which nobody listens.
    pub fn closed() -> Self {
        let mut server = Self::new(|_, _| Reply::raw(b""));
        server.end();
        server
    }

    /// How many requests came.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn end(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            drop(TcpStream::connect(&self.address));
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Method and path, and the body.
fn read(stream: &mut TcpStream) -> (String, String) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase();
            let length = length
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                let first = head.lines().next().unwrap_or_default();
                return (first.trim_end_matches(" HTTP/1.1").into(), body.into());
            }
        }
        match stream.read(&mut buffer).unwrap() {
            0 => return (String::new(), String::new()),
            read => bytes.extend(&buffer[..read]),
        }
    }
}
