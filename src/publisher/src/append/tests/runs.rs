//! Made-up publications, published as processes of their own would.

use std::collections::BTreeSet;

use record::Digest;
use record::screen::Shown;
use tlog::{Checkpoint, Entry, EntryType, Policy, Signer};
use verifier::entries::Expected;
use verifier::layout;
use zeroize::Zeroizing;

use super::world::World;
use crate::append::{Finished, Publishing, Writer};
use crate::error::Error;
use crate::ledger::Ledger;
use crate::publication::{Certificate, Crl, Publication};
use crate::witness::http::Network;
use crate::witness::{Answer, Ask};

/// Runs an append as a process of its own would.
pub fn publish(world: &World, publication: &Publication) -> Result<Checkpoint, Error> {
    publish_by(world, &mut world.clone(), publication)
}

/// The same with a lock of one's own: a second publisher with a copy of the key.
pub fn publish_by(world: &World, lock: &mut dyn Ledger, publication: &Publication) -> Result<Checkpoint, Error> {
    publish_telling(world, lock, publication, &mut |_| ())
}

/// What is told while it is published, line by line.
pub fn said(world: &World, publication: &Publication) -> Vec<String> {
    let mut lines = Vec::new();
    let show = &mut |shown: &Shown| lines.extend(shown.lines());
    publish_telling(world, &mut world.clone(), publication, show).unwrap();
    lines
}

fn publish_telling(
    world: &World,
    lock: &mut dyn Ledger,
    publication: &Publication,
    show: &mut dyn FnMut(&Shown),
) -> Result<Checkpoint, Error> {
    let policy = Policy::without_witnesses([signer().key().clone()]).unwrap();
    let publishing = Publishing {
        publication,
        policy: &policy,
        scanner: Some("the scanner page"),
    };
    write(world, lock, &Nobody, show, |writer| {
        writer.append(&publishing, &signer())
    })
}

/// The same under a policy with witnesses, who are asked over the network.
pub fn publish_asking(world: &World, publication: &Publication, policy: &Policy) -> Result<Checkpoint, Error> {
    let publishing = Publishing {
        publication,
        policy,
        scanner: Some("the scanner page"),
    };
    let (lock, show) = (&mut world.clone(), &mut |_: &Shown| ());
    write(world, lock, &Network::new(), show, |writer| {
        writer.append(&publishing, &signer())
    })
}

/// Goes on with what was cut off, without anything but store and lock.
pub fn resume(world: &World) -> Result<Option<Finished>, Error> {
    write(world, &mut world.clone(), &Nobody, &mut |_| (), |writer| {
        writer.resume()
    })
}

fn write<T>(
    world: &World,
    lock: &mut dyn Ledger,
    ask: &dyn Ask,
    show: &mut dyn FnMut(&Shown),
    act: impl FnOnce(&mut Writer<'_>) -> T,
) -> T {
    act(&mut Writer {
        store: &mut world.clone(),
        ledger: lock,
        log: layout::Log::MAIN,
        key: signer().key(),
        pages: &|_, checkpoint, scanner| {
            Ok(vec![
                (layout::SCANNER.into(), scanner.unwrap_or_default().into()),
                (layout::INDEX.into(), checkpoint.to_string()),
            ])
        },
        ask,
        show,
    })
}

/// No witness is to be asked.
struct Nobody;

impl Ask for Nobody {
    fn post(&self, url: &str, _: &str) -> Result<Answer, String> {
        panic!("{url} was asked")
    }

    fn get(&self, url: &str) -> Result<Answer, String> {
        panic!("{url} was asked")
    }

    fn now(&self) -> u64 {
        0
    }
}

/// An event with one certificate, one CRL, and some documents in the log.
pub fn publication(event: &str, documents: usize) -> Publication {
    let stem = format!("{event}-1");
    let (der, crl) = (format!("the certificate of {event}"), format!("the list of {event}"));
    let entry = |file: String, kind, bytes: &str| Expected {
        file,
        entry: Entry::new(kind, bytes.as_bytes()).unwrap(),
    };
    let mut entries = vec![entry(layout::certificate(&stem), EntryType::Certificate, &der)];
    let mut files = BTreeSet::from([
        (layout::record(event), format!("the record of {event}").into_bytes()),
        (layout::policy(1), b"the policy".to_vec()),
    ]);
    for n in 0..documents {
        let text = format!("document {n} of {event}");
        let path = layout::object(&Digest::of(text.as_bytes()));
        entries.push(entry(path.clone(), EntryType::Document, &text));
        // A few will do: every write of the append is broken in turn.
        if n < 4 {
            files.insert((path, text.into_bytes()));
        }
    }
    Publication {
        event: event.into(),
        results: Digest::of(event.as_bytes()),
        entries,
        files: files.into_iter().collect(),
        certificates: vec![Certificate {
            pem: format!("PEM of {der}"),
            stem: stem.clone(),
            der: der.into_bytes(),
        }],
        crls: vec![Crl {
            issuer: stem,
            number: 1,
            der: crl.into_bytes(),
        }],
    }
}

pub fn signer() -> Signer {
    Signer::new(tlog::REHEARSAL_ORIGIN, Zeroizing::new([42; 32])).unwrap()
}
