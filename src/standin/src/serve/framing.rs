//! Messages on a connection: each with its length (four bytes, big-endian) before it; bounded in size and in time.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::error::Broken;

/// Makes a connection fit for this: no waiting for more to send, and a peer whose machine is gone is noticed.
pub fn prepare(stream: &TcpStream) -> Result<(), Broken> {
    use rustix::net::sockopt;
    let prepared = stream
        .set_nodelay(true)
        .and_then(|()| stream.set_write_timeout(Some(PATIENCE)))
        .and_then(|()| sockopt::set_socket_keepalive(stream, true).map_err(io::Error::from))
        .and_then(|()| sockopt::set_tcp_keepidle(stream, Duration::from_secs(5)).map_err(io::Error::from))
        .and_then(|()| sockopt::set_tcp_keepintvl(stream, Duration::from_secs(5)).map_err(io::Error::from))
        .and_then(|()| sockopt::set_tcp_keepcnt(stream, 3).map_err(io::Error::from))
        .and_then(|()| sockopt::set_tcp_user_timeout(stream, 20_000).map_err(io::Error::from));
    prepared.map_err(Broken::line)
}

pub fn send(mut stream: &TcpStream, message: &impl Serialize) -> Result<(), Broken> {
    let body = Zeroizing::new(serde_json::to_vec(message).map_err(Broken::line)?);
    let length = u32::try_from(body.len()).ok().filter(|length| *length <= LARGEST);
    let length = length.ok_or_else(|| Broken::line("a message is larger than 4 MiB"))?;
    let mut framed = Zeroizing::new(Vec::with_capacity(body.len() + 4));
    framed.extend(length.to_be_bytes());
    framed.extend(&body[..]);
    stream.write_all(&framed).map_err(Broken::line)
}

/// Waits for a message to begin, as long as `first` says (None: for ever); once begun, it has [`PATIENCE`] to end.
pub fn receive<T: DeserializeOwned>(stream: &TcpStream, first: Option<Duration>) -> Result<T, Broken> {
    let body = receive_bytes(stream, first).map_err(Broken::line)?;
    serde_json::from_slice(&body).map_err(Broken::line)
}

fn receive_bytes(stream: &TcpStream, first: Option<Duration>) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut length = [0; 4];
    stream.set_read_timeout(first)?;
    read_some(stream, &mut length[..1])?;
    let deadline = Instant::now() + PATIENCE;
    fill(stream, &mut length[1..], deadline)?;
    let length = u32::from_be_bytes(length);
    if length > LARGEST {
        return Err(io::Error::new(ErrorKind::InvalidData, "a message is larger than 4 MiB"));
    }
    // What is announced takes no room before it is there.
    let mut body = Zeroizing::new(Vec::new());
    while body.len() < length as usize {
        let begun = body.len();
        body.resize((begun + PIECE).min(length as usize), 0);
        fill(stream, &mut body[begun..], deadline)?;
    }
    Ok(body)
}

fn fill(stream: &TcpStream, mut buffer: &mut [u8], deadline: Instant) -> io::Result<()> {
    while !buffer.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        let read = read_some(stream, buffer)?;
        buffer = &mut buffer[read..];
    }
    Ok(())
}

fn read_some(mut stream: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(buffer) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Err(source) if source.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// How long a message may take from its first byte to its last, and a reply that no person has to think about.
pub const PATIENCE: Duration = Duration::from_secs(10);
const LARGEST: u32 = 4 << 20;
const PIECE: usize = 64 << 10;
