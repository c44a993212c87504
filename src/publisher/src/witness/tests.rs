//! Witnesses of all kinds, asked over HTTP on this machine: honest ones, and those that lie each in their own way.

mod lies;
mod server;

use std::cell::RefCell;

use tlog::{Checkpoint, Cosigner, Hash, Policy, SignedCheckpoint, Signer, Tree, merkle};
use zeroize::Zeroizing;

use super::http::Network;
use super::*;
use server::{Reply, Server};

/// A log of seven entries that had four; our key signed it at four and at two.
struct Seven(Tree);

impl Seven {
    fn new() -> Self {
        let mut tree = Tree::new();
        for i in 0..7u8 {
            tree.push(Hash::leaf(&[i])).unwrap();
        }
        Self(tree)
    }

    fn checkpoint(&self, size: u64) -> SignedCheckpoint {
        let root = merkle::root(&self.0, size).unwrap();
        Checkpoint::new(tlog::REHEARSAL_ORIGIN, size, root)
            .unwrap()
            .sign(&log())
            .unwrap()
    }
}

impl History for Seven {
    fn before(&self) -> u64 {
        4
    }

    fn consistency(&self, old: u64) -> Result<Vec<Hash>, Error> {
        Ok(merkle::prove_consistency(&self.0, old, 7)?)
    }

    fn root(&self, size: u64) -> Result<Hash, Error> {
        Ok(merkle::root(&self.0, size)?)
    }

    fn signed(&self, size: u64) -> Result<bool, Error> {
        Ok([0, 2, 4, 7].contains(&size))
    }
}

fn log() -> Signer {
    Signer::new(tlog::REHEARSAL_ORIGIN, Zeroizing::new([9; 32])).unwrap()
}

fn cosigner(name: &str) -> Cosigner {
    Cosigner::new(
        &format!("{name}.example"),
        Zeroizing::new(Hash::sha256(name.as_bytes()).0),
    )
    .unwrap()
}

/// A policy with these witnesses, of which so many must cosign.
fn policy(quorum: usize, witnesses: &[(&str, Option<&Server>)]) -> Policy {
    let line = |(name, server): &(&str, Option<&Server>)| {
        let url = server.map(|server| format!(" {}", server.url)).unwrap_or_default();
        format!("witness {name} {}{url}\n", cosigner(name).key())
    };
    let lines: String = witnesses.iter().map(line).collect();
    let names: Vec<&str> = witnesses.iter().map(|(name, _)| *name).collect();
    let text = format!(
        "log {}\n{lines}group W {quorum} {}\nquorum W\n",
        log().key(),
        names.join(" ")
    );
    Policy::parse(text.as_bytes()).unwrap()
}

/// What came of asking: the result, what was said, how often something was remembered.
struct Came {
    result: Result<SignedCheckpoint, Error>,
    said: String,
    kept: usize,
}

fn ask(policy: &Policy, signed: &SignedCheckpoint) -> Came {
    let (said, mut kept) = (RefCell::new(String::new()), 0);
    let result = cosign(
        signed,
        &Seven::new(),
        (policy, &Network::new()),
        &mut |_| {
            kept += 1;
            Ok(())
        },
        &mut |shown| {
            if let Shown::Said { text } = shown {
                said.borrow_mut().push_str(&format!("{text}\n"));
            }
        },
    );
    Came {
        result,
        said: said.into_inner(),
        kept,
    }
}

/// An answer of 200 with what `make` says of the request's checkpoint.
fn cosigns(name: &'static str, at: u64) -> impl Fn(&str) -> Reply + Send + 'static {
    move |body| {
        let note = body.split_once("\n\n").unwrap().1;
        let signed = SignedCheckpoint::parse(note.as_bytes()).unwrap();
        Reply::text(200, &format!("{}\n", cosigner(name).cosign(&signed, at).unwrap()))
    }
}

fn now() -> u64 {
    Network::new().now()
}

#[test]
fn a_witness_cosigns_and_is_remembered() {
    let a = Server::new(|request, body| match request {
        "POST /w/add-checkpoint" if body.starts_with("old 4\n") => cosigns("a", now())(body),
        _ => Reply::text(404, ""),
    });
    let came = ask(&policy(1, &[("a", Some(&a))]), &Seven::new().checkpoint(7));
    let cosigned = came.result.unwrap();
    assert_eq!(cosigned.note().signatures().len(), 2);
    assert_eq!((came.kept, came.said.as_str()), (1, "Witness a cosigned\n"));
}

#[test]
fn nobody_is_asked_again_for_what_is_remembered() {
    let (a, b) = (
        Server::new(|_, body| cosigns("a", now())(body)),
        Server::new(|_, _| Reply::text(500, "")),
    );
    let policy = policy(2, &[("a", Some(&a)), ("b", Some(&b))]);
    let mut half = Seven::new().checkpoint(7);
    half.add(cosigner("a").cosign(&half, 1).unwrap()).unwrap();
    let came = ask(&policy, &half);
    assert!(matches!(came.result, Err(Error::WitnessesShort { .. })));
    assert_eq!((a.asked(), b.asked()), (0, 1));
    half.add(cosigner("b").cosign(&half, 1).unwrap()).unwrap();
    let came = ask(&policy, &half);
    assert_eq!(came.result.unwrap(), half);
    assert_eq!((a.asked(), b.asked()), (0, 1));
}

#[test]
fn two_of_three_are_enough_when_one_is_down() {
    let (a, c) = (
        Server::new(|_, body| cosigns("a", now())(body)),
        Server::new(|_, body| cosigns("c", now())(body)),
    );
    let down = Server::closed();
    let policy = policy(2, &[("a", Some(&a)), ("b", Some(&down)), ("c", Some(&c))]);
    let came = ask(&policy, &Seven::new().checkpoint(7));
    assert_eq!(came.result.unwrap().note().signatures().len(), 3);
    assert!(came.said.contains("Witness b: it cannot be asked: "), "{}", came.said);
    assert_eq!(came.kept, 2);
}

#[test]
fn one_of_three_is_too_few_and_is_remembered() {
    let a = Server::new(|_, body| cosigns("a", now())(body));
    let down = Server::closed();
    let policy = policy(2, &[("a", Some(&a)), ("b", Some(&down)), ("c", None)]);
    let came = ask(&policy, &Seven::new().checkpoint(7));
    let error = came.result.unwrap_err();
    let text = "the checkpoint is not published: the quorum \"W\" is not reached, only a cosigned";
    assert_eq!((error.to_string().as_str(), error.exit_code()), (text, 4));
    assert!(
        came.said.contains("Witness c: the log policy has no address of it"),
        "{}",
        came.said
    );
    assert_eq!(came.kept, 1);
}

#[test]
fn a_witness_that_missed_some_is_brought_up_to_date_once() {
    for (has, old) in [(2, "old 2\n"), (0, "old 0\n\n"), (7, "old 7\n\n")] {
        let a = Server::new(move |_, body| match body.starts_with(old) {
            true => cosigns("a", now())(body),
            false => Reply::size(has),
        });
        let came = ask(&policy(1, &[("a", Some(&a))]), &Seven::new().checkpoint(7));
        assert!(came.result.is_ok(), "{has}: {}", came.said);
        assert_eq!(a.asked(), 2);
    }
    // One that changes its mind is asked no third time.
    let a = Server::new(|_, body| Reply::size(if body.starts_with("old 2\n") { 4 } else { 2 }));
    let came = ask(&policy(1, &[("a", Some(&a))]), &Seven::new().checkpoint(7));
    assert!(came.said.contains("it has 2 entries, and then 4"), "{}", came.said);
    assert_eq!(a.asked(), 2);
}

#[test]
fn a_size_that_our_key_never_signed_is_not_proven_to() {
    let a = Server::new(|_, _| Reply::size(3));
    let came = ask(&policy(1, &[("a", Some(&a))]), &Seven::new().checkpoint(7));
    assert!(
        came.said
            .contains("it has 3 entries, a size that this key never signed"),
        "{}",
        came.said
    );
    assert_eq!(a.asked(), 1);
}

#[test]
fn a_larger_log_at_a_witness_stops_everything() {
    let (a, b) = (
        Server::new(|_, _| Reply::size(8)),
        Server::new(|_, body| cosigns("b", now())(body)),
    );
    let came = ask(
        &policy(1, &[("a", Some(&a)), ("b", Some(&b))]),
        &Seven::new().checkpoint(7),
    );
    let error = came.result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the witness a has seen 8 entries of this log, and 7 are known here"
    );
    assert!(error.hint().starts_with("sign nothing: "), "{}", error.hint());
    assert_eq!(error.exit_code(), 1);
    assert_eq!((a.asked(), b.asked()), (1, 0), "nothing is tried again");
}
