//! The order of writes: whatever fails, and however, the same append run again ends with the same store.

mod refused;
mod runs;
mod witnessed;
mod world;

use tlog::{SignedCheckpoint, TileReader};
use verifier::layout;

use super::InLog;
use crate::error::Error;
use runs::{publication, publish, resume};
use world::{Fault, World};

/// An append that nothing disturbed.
fn whole() -> World {
    let mut world = World::new();
    publish(&world, &publication("event-1", 3)).unwrap();
    publish(&world, &publication("event-2", 300)).unwrap();
    world.clear();
    world
}

#[test]
fn ends_with_the_same_store_wherever_it_was_cut_off() {
    let reference = whole();
    for fault in [Fault::Refuse, Fault::Forget, Fault::PowerCut, Fault::Delay] {
        for write in 0.. {
            let world = cut_off(write, fault);
            let second = publication("event-2", 300);
            let Err(error) = publish(&world, &second) else { break };
            assert!(matches!(error, Error::Store { .. }), "{fault:?} at {write}: {error}");
            demand_whole_log(&world);
            finish(&world, &second);
            // A write that arrives late, when all is over, finds its place taken.
            world.arrive();
            demand_same(&world, &reference, &format!("{fault:?} at {write}"));
        }
    }
}

#[test]
fn goes_on_from_the_staging_alone() {
    let reference = whole();
    let mut went_on = 0;
    for fault in [Fault::Refuse, Fault::Forget, Fault::PowerCut] {
        for write in 0.. {
            let world = cut_off(write, fault);
            if publish(&world, &publication("event-2", 300)).is_ok() {
                break;
            }
            if world.state().unfinished().is_none() {
                continue;
            }
            let done = resume(&world).unwrap().expect("it is unfinished");
            assert_eq!(done.event, "event-2", "{fault:?} at {write}");
            demand_same(&world, &reference, &format!("{fault:?} at {write}"));
            assert!(resume(&world).unwrap().is_none());
            went_on += 1;
        }
    }
    assert!(went_on > 50, "{went_on} times it was cut off after it was signed");
}

#[test]
fn writes_nothing_to_the_store_before_the_lock_is_swapped() {
    for write in 0.. {
        let world = cut_off(write, Fault::Refuse);
        let (files, state) = (world.files(), world.state());
        publish(&world, &publication("event-2", 3)).unwrap_err();
        assert_eq!(world.files(), files, "at {write}");
        if world.state() != state {
            return;
        }
    }
}

#[test]
fn a_full_disk_is_said_and_gone_on_with() {
    let reference = whole();
    for write in 0.. {
        let world = World::new();
        publish(&world, &publication("event-1", 3)).unwrap();
        world.fill_at(write);
        let second = publication("event-2", 300);
        let Err(error) = publish(&world, &second) else { break };
        assert!(error.hint().starts_with("make room there, "), "{error}");
        demand_whole_log(&world);
        assert!(publish(&world, &second).is_err(), "it is still full");
        world.make_room();
        finish(&world, &second);
        demand_same(&world, &reference, &format!("at {write}"));
    }
}

#[test]
fn finds_a_store_that_says_it_wrote_and_did_not() {
    let reference = whole();
    let mut found = 0;
    for write in 0.. {
        let world = cut_off(write, Fault::Lie);
        let second = publication("event-2", 300);
        if let Err(error) = publish(&world, &second) {
            assert!(matches!(error, Error::NotKept { .. }), "at {write}: {error}");
            found += 1;
            demand_whole_log(&world);
            finish(&world, &second);
        }
        assert_eq!(world.files(), reference.files(), "at {write}");
        if !world.was_broken() {
            break;
        }
    }
    // The staging and its claim, the lock twice; five documents and records, five of the log, two checkpoints, proof, two
    // of the certificate, CRL, page.
    assert_eq!(found, 2 + 2 + 17, "every file that was not written is found");
}

/// A store with one event, in which this write of what comes next fails.
fn cut_off(write: usize, fault: Fault) -> World {
    let world = World::new();
    publish(&world, &publication("event-1", 3)).unwrap();
    world.break_at(write, fault);
    world
}

/// Runs a cut-off append again. It may have been complete, but for the answer to its last write.
fn finish(world: &World, publication: &crate::publication::Publication) {
    match publish(world, publication) {
        Ok(_) | Err(Error::Published { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

/// The same files, the same memory, and nothing left aside.
fn demand_same(world: &World, reference: &World, when: &str) {
    assert_eq!(world.files(), reference.files(), "{when}");
    assert_eq!(world.state(), reference.state(), "{when}");
    assert_eq!(world.staging(), reference.staging(), "{when}");
    assert!(world.staging().is_empty(), "{when}");
}

/// What the published checkpoint covers is there, at every moment.
fn demand_whole_log(world: &World) {
    let bytes = world.file(&layout::Log::MAIN.checkpoint()).expect("a checkpoint");
    let signed = SignedCheckpoint::parse(&bytes).unwrap();
    let store = world.store();
    let reader = TileReader::open(InLog(&store, layout::Log::MAIN), signed.checkpoint()).unwrap();
    let entries = reader.entries().collect::<Result<Vec<_>, _>>().unwrap().len() as u64;
    assert_eq!(entries, signed.checkpoint().size());
}

#[test]
fn releases_no_certificate_before_its_proof() {
    let world = World::new();
    for write in 0.. {
        world.reset();
        world.break_at(write, Fault::Refuse);
        let result = publish(&world, &publication("event-1", 3));
        let has = |path: String| world.file(&path).is_some();
        if has(layout::certificate("event-1-1")) || has(layout::certificate_pem("event-1-1")) {
            assert!(
                has(layout::proof("event-1-1")) && has(layout::Log::MAIN.checkpoint()),
                "at {write}"
            );
        }
        if result.is_ok() {
            break;
        }
    }
    assert!(world.file(&layout::certificate("event-1-1")).is_some());
}

#[test]
fn many_files_are_counted_and_few_are_named() {
    let world = World::new();
    let mut publication = publication("event-1", 3);
    let many = (0..600).map(|n| (format!("docs/{n}"), format!("document {n}").into_bytes()));
    publication.files.extend(many);
    let said = runs::said(&world, &publication);
    for line in [
        "Records, policies, revocation lists: 256 of 605 files",
        "Records, policies, revocation lists: 512 of 605 files",
        "Records, policies, revocation lists: 605 of 605 files",
        "Records, policies, revocation lists: 605 files, read back",
    ] {
        assert!(said.iter().any(|told| told.trim() == line), "{line}: {said:#?}");
    }
    assert!(
        said.iter()
            .all(|line| line.chars().count() <= 80 && !line.contains(char::is_control))
    );
    assert!(!said.iter().any(|line| line.contains("docs/1")));
    assert!(said.iter().any(|line| line.contains("wrote certs/event-1-1.der")));
}
