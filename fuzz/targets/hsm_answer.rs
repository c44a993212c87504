//! What `cloudhsm-cli` prints and writes, as the driver takes it: framed, read, and judged by each command.
//!
//! The first byte chooses the command. Then come, parted by NUL, what is printed and the files that are written.
#![no_main]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::LazyLock;

use base64ct::{Base64, Encoding};
use fuzz::change::Choices;
use fuzz::commands::{self, KEYS, Outcome};
use hsm::{
    Answer, Channel, CloudHsm, Error, Exchange, File, Framer, Observer, ObserverError, Recorded, Reply, Request, Token,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

fuzz_target!(|data: &[u8]| check(data));

fn check(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    LazyLock::force(&KEYS);
    let mut parts = rest.split(|byte| *byte == 0);
    let printed = parts.next().unwrap_or_default();
    let Some(framer) = framed(printed) else { return };
    let cli = Cli {
        framer,
        files: parts.map(<[u8]>::to_vec).collect(),
    };
    let seen = Rc::new(RefCell::new(Notes::default()));
    let outcome = commands::run(*choice, &mut CloudHsm::new(cli, seen.clone()));
    if let Err(error) = &outcome {
        let _ = (error.to_string(), error.hint(), error.outcome_unknown());
    }
    let notes = seen.borrow();
    assert_eq!(
        notes.begun,
        notes.exchanges.len(),
        "whatever is asked is seen before and after"
    );
    check_no(&notes, &outcome, commands::is_judged_by_state(*choice));
    check_made(&notes, &outcome);
    check_replay(*choice, &notes, &outcome);
}

/// The objects in what was printed; they do not depend on how it came in.
fn framed(printed: &[u8]) -> Option<Framer> {
    let (mut whole, mut parted) = (Framer::new(LIMIT), Framer::new(LIMIT));
    whole.push(printed).ok()?;
    let (first, second) = printed.split_at(Choices::of(printed).below(printed.len() + 1));
    parted.push(first).and_then(|()| parted.push(second)).ok()?;
    assert_eq!((whole.inside(), whole.noise()), (parted.inside(), parted.noise()));
    let mut again = Framer::new(LIMIT);
    again.push(printed).ok()?;
    while let Some(object) = whole.take() {
        assert_eq!(Some(&object), parted.take().as_ref());
        assert!(object.starts_with(b"{") && object.ends_with(b"}"));
    }
    assert_eq!(parted.take(), None);
    Some(again)
}

/// A no of the HSM is never a yes of the driver.
fn check_no(notes: &Notes, outcome: &Result<Outcome, Error>, judged_by_state: bool) {
    let refuses = |text: &str| {
        let answer: Option<Value> = serde_json::from_str(text).ok();
        answer.is_some_and(|answer| answer["error_code"].as_i64() != Some(0))
    };
    let refused = notes
        .exchanges
        .iter()
        .any(|exchange| exchange.reply.as_ref().is_ok_and(|reply| refuses(&reply.text)));
    let lost = notes.exchanges.iter().any(|exchange| exchange.reply.is_err());
    assert!(
        judged_by_state || outcome.is_err() || !(refused || lost),
        "{outcome:?} of {:?}",
        notes.exchanges
    );
}

/// What the driver gives is what the HSM said.
fn check_made(notes: &Notes, outcome: &Result<Outcome, Error>) {
    let Some(Ok(reply)) = notes.exchanges.last().map(|exchange| &exchange.reply) else {
        return;
    };
    match outcome {
        Ok(Outcome::Signature(signature)) => {
            let answer: Value = serde_json::from_str(&reply.text).expect("it was read");
            assert_eq!(answer["data"]["signature"], Base64::encode_string(signature));
        }
        Ok(Outcome::Minted(token, approved)) => {
            assert_eq!(token.digest()[..], Sha256::digest(token.approval_data())[..]);
            assert!(reply.files.iter().any(|file| file.bytes == token.file()));
            let spent = Token::parse(approved, token.service(), token.key_reference());
            assert!(spent.is_err(), "a token with approvals is no fresh one");
        }
        _ => {}
    }
}

/// What an observer was given replays to the same outcome.
fn check_replay(choice: u8, notes: &Notes, outcome: &Result<Outcome, Error>) {
    if notes.exchanges.iter().any(|exchange| exchange.reply.is_err()) {
        return;
    }
    let recorded = Rc::new(RefCell::new(Recorded::new(notes.exchanges.clone())));
    let again = commands::run(choice, &mut CloudHsm::new(recorded.clone(), hsm::Unobserved));
    assert_eq!(format!("{again:?}"), format!("{outcome:?}"));
    assert_eq!(recorded.borrow().left(), 0);
}

/// A CLI that prints what it prints.
struct Cli {
    framer: Framer,
    files: VecDeque<Vec<u8>>,
}

impl Channel for Cli {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        let shown = request.shown();
        let text = match self.framer.take().map(String::from_utf8) {
            Some(Ok(text)) => text,
            Some(Err(why)) => {
                return Err(Error::Malformed {
                    shown,
                    why: why.to_string(),
                });
            }
            None => {
                return Err(Error::Ended {
                    shown,
                    text: self.framer.noise(),
                });
            }
        };
        let files = self.written(request);
        Ok(Reply { text, files })
    }

    fn begin(&mut self, request: &Request) -> Result<Reply, Error> {
        match self.files.is_empty() {
            true => self.exchange(request),
            false => Ok(Reply {
                text: String::new(),
                files: self.written(request),
            }),
        }
    }

    fn finish(&mut self, rest: &Request) -> Result<Reply, Error> {
        self.exchange(rest)
    }

    fn close(&mut self) {}
}

impl Cli {
    fn written(&mut self, request: &Request) -> Vec<File> {
        let written = request
            .outputs()
            .iter()
            .zip(std::iter::from_fn(|| self.files.pop_front()));
        written
            .map(|(name, bytes)| File {
                name: name.clone(),
                bytes,
            })
            .collect()
    }
}

/// What an observer is told.
#[derive(Default)]
struct Notes {
    begun: usize,
    exchanges: Vec<Exchange>,
}

impl Observer for Notes {
    fn before(&mut self, _: &str) -> Result<(), ObserverError> {
        self.begun += 1;
        Ok(())
    }

    fn after(&mut self, shown: &str, answer: &Answer<'_>) -> Result<(), ObserverError> {
        let reply = match answer {
            Answer::Came { text, files } => Ok(Reply {
                text: (*text).to_owned(),
                files: files.to_vec(),
            }),
            Answer::Lost { error } => Err(error.to_string()),
        };
        self.exchanges.push(Exchange {
            shown: shown.to_owned(),
            reply,
        });
        Ok(())
    }
}

const LIMIT: usize = 1 << 20;
