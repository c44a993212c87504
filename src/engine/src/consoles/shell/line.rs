//! A member's end of the socket.

use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::consoles::wire::{self, Answer, Question};
use crate::error::Error;

/// A line to the engine; while it is open the member is there.
pub struct Line(UnixStream);

impl Line {
    /// Calls the engine.
    pub fn to(socket: &Path) -> Result<Self, Error> {
        let stream = UnixStream::connect(socket).map_err(|cause| {
            let shown = socket.display();
            match cause.kind() {
                ErrorKind::NotFound | ErrorKind::ConnectionRefused => Error::NoEngine {
                    what: format!("no engine answers at {shown}: no event is open to you"),
                },
                kind => {
                    let (act, path) = ("open", shown.to_string());
                    let failed = Error::File { act, path, cause };
                    match kind {
                        ErrorKind::PermissionDenied => Error::Elsewhere {
                            cause: Box::new(failed),
                            hint: DENIED.into(),
                        },
                        _ => failed,
                    }
                }
            }
        })?;
        Ok(Self(stream))
    }

    /// Asks, and waits for the answer.
    pub fn ask(&mut self, question: &Question) -> Result<Answer, Error> {
        // Whoever is refused is told before they ask, and perhaps cannot ask any more.
        let asked = wire::send(&mut self.0, question, LONGEST);
        let gone = |cause: String| Error::NoEngine {
            what: format!("the engine is gone: {cause}"),
        };
        match wire::receive(&mut self.0, wire::LARGEST, (LONGEST, LONGEST)) {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(gone("it closed the line".into())),
            Err(cause) => Err(gone(asked.err().unwrap_or(cause).to_string())),
        }
    }
}

/// The engine answers at once; a plan takes a few seconds to be put in words.
const LONGEST: Duration = Duration::from_secs(120);
/// The socket is opened to a group.
const DENIED: &str = "log in by your own account; or ask infra whether it is in the group of the socket's folder";
