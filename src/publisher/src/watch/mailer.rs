//! Messages over SMTP (RFC 5321, RFC 6409), one to one member at a time, in bounded time.

use std::error::Error as _;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as LettreTls, TlsParameters};
use lettre::transport::smtp::response::Response;
use lettre::{Address, Message, SmtpTransport, Transport as _};
use record::text::plain;

use super::letter::Letter;
use super::settings::{self, Server, Tls};
use crate::error::Error;

/// Sends to one member.
#[derive(Clone)]
pub struct Mailer {
    transport: SmtpTransport,
    from: Address,
    member: settings::Mailbox,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The server refused this very message or mailbox for good (5yz); others may still be taken.
    pub permanent: bool,
    /// What it said, or what happened.
    pub what: String,
}

impl Mailer {
    /// Sends over this server; nothing is connected yet.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(server: &Transport, from: &Address, member: &settings::Mailbox) -> Self {
        Self {
            transport: server.0.clone(),
            from: from.clone(),
            member: member.clone(),
        }
    }

    /// Sends a message; what the server answered.
    ///
    /// # Errors
    /// It was not taken, or nobody knows whether it was.
    pub fn send(&self, letter: &Letter) -> Result<String, Failure> {
        let message = self.message(letter).map_err(|cause| Failure {
            permanent: true,
            what: plain(&cause.to_string(), ANSWER),
        })?;
        match self.transport.send(&message) {
            Ok(response) => Ok(self.answer(&said(&response))),
            Err(cause) => Err(Failure {
                permanent: cause.is_permanent(),
                what: self.answer(&happened(&cause)),
            }),
        }
    }

    /// The message as it goes out: the same letter is the same octets.
    fn message(&self, letter: &Letter) -> Result<Message, lettre::error::Error> {
        let id = format!("<{}@{}>", letter.id(&self.member.id), self.from.domain());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(Mailbox::new(None, self.from.clone()))
            .to(Mailbox::new(None, self.member.mailbox.clone()))
            .subject(letter.subject.clone())
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(letter.written.0))
            .message_id(Some(id))
            // RFC 3834: no holiday notes come back.
            .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
    }

    /// An address is the member's own: it is kept out of logs.
    fn answer(&self, text: &str) -> String {
        let address: &str = self.member.mailbox.as_ref();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        plain(&text.replace(address, &self.member.id), ANSWER)
    }
}

/// A server, ready to be spoken to.
pub struct Transport(SmtpTransport);

impl Transport {
    /// Sets it up; nothing is connected yet.
    ///
    /// # Errors
    /// A password that cannot be read, or TLS that cannot be set up.
    pub fn new(server: &Server, authority: Option<&[u8]>) -> Result<Self, Error> {
        let mut builder = SmtpTransport::builder_dangerous(server.host.clone())
            .port(server.port)
            .timeout(Some(server.timeout()))
            .tls(tls(server, authority)?);
        if let (Some(user), Some(password)) = (&server.user, server.password()?) {
            builder = builder.credentials(Credentials::new(user.clone(), password.to_string()));
        }
        Ok(Self(builder.build()))
    }
}

fn tls(server: &Server, authority: Option<&[u8]>) -> Result<LettreTls, Error> {
    let failed = |cause: lettre::transport::smtp::Error| Error::Mail {
        what: cause.to_string(),
    };
    let mut parameters = TlsParameters::builder(server.host.clone());
    if let Some(authority) = authority {
        parameters = parameters.add_root_certificate(Certificate::from_pem(authority).map_err(failed)?);
    }
    let parameters = parameters.build_rustls().map_err(failed)?;
    Ok(match server.tls {
        Tls::Implicit => LettreTls::Wrapper(parameters),
        Tls::Starttls => LettreTls::Required(parameters),
        Tls::None => LettreTls::None,
    })
}

/// The system's own word for an answer that does not come is of no use to anybody.
fn happened(cause: &lettre::transport::smtp::Error) -> String {
    let late = |kind| matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut);
    let mut inner = cause.source();
    while let Some(one) = inner {
        if one
            .downcast_ref::<std::io::Error>()
            .is_some_and(|cause| late(cause.kind()))
        {
            return "the server did not answer in time".into();
        }
        inner = one.source();
    }
    cause.to_string()
}

fn said(response: &Response) -> String {
    let words: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), words.join(" "))
}

/// Servers say what they like.
const ANSWER: usize = 200;
