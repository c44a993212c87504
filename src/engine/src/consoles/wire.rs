//! What passes through the socket: deterministic CBOR, four octets of length before each message, one answer to each
//! question. Both ends are `ceremony`; whoever speaks may still be anybody.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use record::{Bytes, cbor};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a member asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Question {
    /// How far the event is, and what is awaited.
    Status,
    /// The plan in plain words.
    Plan,
    /// What is to be approved.
    Approvals,
    /// What this member is to sign now, and how.
    Sign,
    /// The files that leave the console.
    List,
    /// One of them.
    Get {
        /// Its name.
        name: String,
    },
    /// A member's bundle with its signature, or a signature of the record.
    Give {
        /// The file's name.
        name: String,
        /// The bundle; empty for a signature of the record.
        bundle: Bytes,
        /// The SSHSIG file, armoured.
        signature: String,
    },
}

/// What the engine answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Answer {
    /// Lines of at most 80 columns.
    Said {
        /// The lines.
        lines: Vec<String>,
    },
    /// A file.
    File {
        /// Its name.
        name: String,
        /// Its octets.
        bytes: Bytes,
    },
    /// It is not done.
    Refused {
        /// Why.
        error: String,
        /// What can be done.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        hint: Option<String>,
    },
}

impl Answer {
    /// A refusal with advice.
    pub fn refused(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused {
            error: error.into(),
            hint: Some(hint.into()),
        }
    }
}

/// Sends one message, or gives up after that time.
pub fn send<T: Serialize>(stream: &mut UnixStream, message: &T, within: Duration) -> io::Result<()> {
    let bytes = cbor::encode(message).map_err(io::Error::other)?;
    if bytes.len() > LARGEST {
        return Err(io::Error::other(format!("the message has more than {LARGEST} octets")));
    }
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    let whole = [&length.to_be_bytes()[..], &bytes].concat();
    let (mut rest, end) = (&whole[..], Instant::now() + within);
    while !rest.is_empty() {
        stream.set_write_timeout(Some(left(end)?))?;
        match stream.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(sent) => rest = &rest[sent..],
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(())
}

/// The next message; none if the other end is gone before it begins. It may have `largest` octets, begin at any
/// time within `idle`, and must then be whole within `within`: half a message holds nobody up.
pub fn receive<T>(
    stream: &mut UnixStream,
    largest: usize,
    (idle, within): (Duration, Duration),
) -> io::Result<Option<T>>
where
    T: Serialize + DeserializeOwned,
{
    let mut length = [0; 4];
    if !begun(stream, &mut length[..1], idle)? {
        return Ok(None);
    }
    let end = Instant::now() + within;
    fill(stream, &mut length[1..], end)?;
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
    if length > largest {
        return Err(io::Error::other(format!(
            "a message of {length} octets is announced, and none has more than {largest}"
        )));
    }
    let mut bytes = Vec::new();
    while bytes.len() < length {
        // Nobody gets memory for what is only announced.
        let from = bytes.len();
        bytes.resize(length.min(from + PIECE), 0);
        fill(stream, &mut bytes[from..], end)?;
    }
    cbor::decode(&bytes).map(Some).map_err(io::Error::other)
}

fn begun(stream: &mut UnixStream, octet: &mut [u8], idle: Duration) -> io::Result<bool> {
    let end = Instant::now() + idle;
    loop {
        stream.set_read_timeout(Some(left(end)?))?;
        match stream.read(octet) {
            Ok(read) => return Ok(read > 0),
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
}

fn fill(stream: &mut UnixStream, mut rest: &mut [u8], end: Instant) -> io::Result<()> {
    while !rest.is_empty() {
        stream.set_read_timeout(Some(left(end)?))?;
        match stream.read(rest) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => rest = &mut rest[read..],
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(())
}

fn left(end: Instant) -> io::Result<Duration> {
    match end.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

/// No message is larger, in octets: nor is any bundle.
pub const LARGEST: usize = cbor::BUNDLE_LIMIT;
/// No bundle of a member's is larger: an approval of a full window has about 30 KB.
pub const LARGEST_BUNDLE: usize = 1024 * 1024;
/// No SSHSIG file is larger.
pub const LARGEST_SIGNATURE: usize = 16 * 1024;
/// No question is larger: what a member gives, with its name around it. So much is held for each who asks.
pub const LARGEST_QUESTION: usize = LARGEST_BUNDLE + LARGEST_SIGNATURE + 4096;
const PIECE: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(30);

    fn sent(bytes: &[u8]) -> io::Result<Option<Question>> {
        let (mut ours, mut theirs) = UnixStream::pair().expect("a pair");
        theirs.write_all(bytes).expect("written");
        drop(theirs);
        receive(&mut ours, LARGEST, (SOON, SOON))
    }

    #[test]
    fn what_is_sent_is_received_and_then_the_end() {
        let (mut ours, mut theirs) = UnixStream::pair().expect("a pair");
        let give = Question::Give {
            name: "review-member-1.cbor".into(),
            bundle: Bytes(vec![7; 100_000]),
            signature: "armour".into(),
        };
        let all = [Question::Status, Question::Get { name: "x".into() }, give];
        let told = all.clone();
        let speaker =
            std::thread::spawn(move || told.iter().try_for_each(|question| send(&mut theirs, question, SOON)));
        for question in all {
            assert_eq!(
                receive(&mut ours, LARGEST, (SOON, SOON)).expect("received"),
                Some(question)
            );
        }
        speaker.join().expect("it ends").expect("sent");
        assert_eq!(
            receive::<Question>(&mut ours, LARGEST, (SOON, SOON)).expect("the end"),
            None
        );
    }

    #[test]
    fn garbage_and_half_messages_are_errors() {
        let said = |bytes: &[u8]| sent(bytes).expect_err("refused").to_string();
        assert!(said(&u32::MAX.to_be_bytes()).contains("none has more than"));
        for half in [&[0][..], &[0, 0, 0], &[0, 0, 0, 9, 1, 2]] {
            assert_eq!(sent(half).expect_err("refused").kind(), ErrorKind::UnexpectedEof);
        }
        // A text that is no question, an array, a float, no CBOR, the same in another encoding.
        for garbage in [&b"\x63abc"[..], b"\x80", b"\xf9\x00\x00", b"\xff", b"\x78\x06status"] {
            let length = u32::try_from(garbage.len()).expect("short").to_be_bytes();
            assert!(sent(&[&length[..], garbage].concat()).is_err(), "{garbage:?}");
        }
        assert_eq!(sent(b"\0\0\0\x07\x66status").expect("good"), Some(Question::Status));
    }

    #[test]
    fn what_is_larger_than_any_question_is_refused_before_it_comes() {
        let (mut ours, mut theirs) = UnixStream::pair().expect("a pair");
        let announced = u32::try_from(LARGEST_QUESTION + 1).expect("a length");
        theirs.write_all(&announced.to_be_bytes()).expect("written");
        let refused = receive::<Question>(&mut ours, LARGEST_QUESTION, (SOON, SOON)).expect_err("too large");
        assert_eq!(
            refused.to_string(),
            format!("a message of {announced} octets is announced, and none has more than {LARGEST_QUESTION}")
        );
    }

    #[test]
    fn whoever_is_silent_or_does_not_read_holds_nobody_up() {
        let (mut ours, mut theirs) = UnixStream::pair().expect("a pair");
        let moment = Duration::from_millis(50);
        let silent = receive::<Question>(&mut ours, LARGEST, (moment, SOON)).expect_err("nothing came");
        assert!(
            matches!(silent.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            "{silent}"
        );
        theirs.write_all(&[0, 0]).expect("written");
        let half = receive::<Question>(&mut ours, LARGEST, (SOON, moment)).expect_err("half of it came");
        assert!(
            matches!(half.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            "{half}"
        );
        let much = Answer::File {
            name: "x".into(),
            bytes: Bytes(vec![0; 3 * 1024 * 1024]),
        };
        let unread = send(&mut ours, &much, moment).expect_err("nobody reads");
        assert!(
            matches!(unread.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            "{unread}"
        );
    }
}
