//! Appends that a witness cosigns which nobody here wrote: aics-witness, live on this machine.

#[path = "../../../../../tests/support/aics.rs"]
mod aics;
#[path = "../../../../../tests/support/skip.rs"]
mod skip;

use tlog::{Policy, Proof, SignedCheckpoint};
use verifier::layout::{self, Log};

use super::runs::{publication, publish_asking, signer};
use super::world::{Fault, World};
use crate::error::Error;
use aics::{ABSENT, Witness};

/// A folder that is removed at the end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ceremony-witnessed-{test}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn witnesses(folder: &Folder, names: &[&str]) -> Option<Vec<Witness>> {
    names
        .iter()
        .map(|name| Witness::new(&folder.0.join(name), name))
        .collect()
}

fn policy(quorum: usize, witnesses: &[Witness]) -> Policy {
    let mut text = format!("log {}\n", signer().key());
    for (i, witness) in witnesses.iter().enumerate() {
        text += &format!("witness w{i} {} {}\n", witness.key, witness.url());
    }
    let names: Vec<String> = (0..witnesses.len()).map(|i| format!("w{i}")).collect();
    text += &format!("group W {quorum} {}\nquorum W\n", names.join(" "));
    Policy::parse(text.as_bytes()).unwrap()
}

fn serve(witness: &mut Witness) {
    witness.serve(tlog::REHEARSAL_ORIGIN, &signer().key().to_string());
}

fn published(world: &World) -> SignedCheckpoint {
    SignedCheckpoint::parse(&world.file(&Log::MAIN.checkpoint()).unwrap()).unwrap()
}

#[test]
fn each_append_is_cosigned_and_each_staple_too() {
    let folder = Folder::new("grows");
    let Some(mut all) = witnesses(&folder, &["a"]) else {
        return skip::skip("appends cosigned by aics-witness", ABSENT);
    };
    let (policy, world) = (policy(1, &all), World::new());
    serve(&mut all[0]);
    for (event, documents) in [("event-1", 3), ("event-2", 300), ("event-3", 700)] {
        publish_asking(&world, &publication(event, documents), &policy).unwrap();
        let accepted = policy.check(&published(&world)).unwrap();
        assert_eq!(accepted.witnesses.len(), 1);
        let staple = Proof::parse(&world.file(&layout::proof(&format!("{event}-1"))).unwrap()).unwrap();
        assert_eq!(policy.check(staple.checkpoint()), Ok(accepted));
    }
}

#[test]
fn two_of_three_go_on_while_one_is_down_and_it_catches_up() {
    let folder = Folder::new("down");
    let Some(mut all) = witnesses(&folder, &["a", "b", "c"]) else {
        return skip::skip("two of three witnesses of aics-witness", ABSENT);
    };
    let (policy, world) = (policy(2, &all), World::new());
    serve(&mut all[0]);
    let short = publish_asking(&world, &publication("event-1", 3), &policy).unwrap_err();
    assert!(matches!(short, Error::WitnessesShort { .. }), "{short}");
    assert!(
        world.file(&Log::MAIN.checkpoint()).is_none(),
        "nothing is published with one"
    );
    assert!(
        world.state().checkpoint.unwrap().contains("a.witness.example"),
        "and that one is remembered"
    );
    serve(&mut all[1]);
    publish_asking(&world, &publication("event-1", 3), &policy).unwrap();
    publish_asking(&world, &publication("event-2", 300), &policy).unwrap();
    // The third was never asked while it was up: it begins at nothing, and the second was there from event 1 on.
    all[0].stop();
    serve(&mut all[2]);
    publish_asking(&world, &publication("event-3", 3), &policy).unwrap();
    let names: Vec<String> = policy
        .check(&published(&world))
        .unwrap()
        .witnesses
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["w1", "w2"]);
}

#[test]
fn a_cut_around_the_cosignature_is_gone_on_with_even_if_the_answer_was_lost() {
    for write in SIGNED..SIGNED + 4 {
        let folder = Folder::new(&format!("lost-{write}"));
        let Some(mut all) = witnesses(&folder, &["a"]) else {
            return skip::skip("a lost answer of aics-witness", ABSENT);
        };
        let (policy, world, second) = (policy(1, &all), World::new(), publication("event-2", 3));
        serve(&mut all[0]);
        publish_asking(&world, &publication("event-1", 3), &policy).unwrap();
        world.break_at(write, Fault::Refuse);
        publish_asking(&world, &second, &policy).unwrap_err();
        assert_eq!(published(&world).checkpoint().size(), 4);
        publish_asking(&world, &second, &policy).unwrap();
        assert_eq!(published(&world).checkpoint().size(), 8);
        policy.check(&published(&world)).unwrap();
        assert_eq!(world.state().unfinished(), None);
    }
}

#[test]
fn a_witness_with_a_larger_tree_stops_the_publisher_before_it_signs() {
    let folder = Folder::new("larger");
    let Some(mut all) = witnesses(&folder, &["a"]) else {
        return skip::skip("a larger tree at aics-witness", ABSENT);
    };
    let (policy, world) = (policy(1, &all), World::new());
    serve(&mut all[0]);
    publish_asking(&world, &publication("event-1", 3), &policy).unwrap();
    let (files, state) = (world.files(), world.state());
    publish_asking(&world, &publication("event-2", 300), &policy).unwrap();
    // Store and ledger are rolled back together: only the witness still knows.
    let back = World::new();
    files.iter().for_each(|(path, bytes)| back.put(path, bytes));
    back.set_state(state.clone());
    let error = publish_asking(&back, &publication("event-3", 3), &policy).unwrap_err();
    let is_ahead = matches!(
        error,
        Error::WitnessAhead {
            theirs: 305,
            ours: 4,
            ..
        }
    );
    assert!(is_ahead, "{error}");
    assert_eq!(error.exit_code(), 1);
    assert_eq!(
        (back.files(), back.state()),
        (files, state),
        "nothing was signed or written"
    );
}

#[test]
fn a_witness_with_another_tree_of_the_same_size_stops_the_publisher() {
    let folder = Folder::new("forked");
    let Some(mut all) = witnesses(&folder, &["a"]) else {
        return skip::skip("another tree at aics-witness", ABSENT);
    };
    let policy = policy(1, &all);
    serve(&mut all[0]);
    publish_asking(&World::new(), &publication("event-1", 3), &policy).unwrap();
    let other = World::new();
    let error = publish_asking(&other, &publication("event-9", 3), &policy).unwrap_err();
    assert!(matches!(error, Error::WitnessForked { size: 4, .. }), "{error}");
    assert!(other.files().is_empty());
}

/// The write of `event-2` that remembers its signed checkpoint: after the intent, four files, two of the log, and two
/// waits until they last. The next one remembers the cosignature: cut there, the witness has answered and nobody knows.
const SIGNED: usize = 9;
