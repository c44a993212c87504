//! The order of writes: whatever fails, and however, the same append run again ends with the same store.

mod world;

use tlog::{SignedCheckpoint, TileReader};
use verifier::layout;

use super::InLog;
use crate::error::Error;
use crate::ledger::Ledger as _;
use world::{Fault, World, publication, publish, publish_by, resume};

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
fn refuses_an_event_that_is_published() {
    let world = whole();
    let before = world.files();
    let error = publish(&world, &publication("event-1", 3)).unwrap_err();
    assert_eq!(error.to_string(), "the event event-1 is in the store already");
    assert_eq!(world.files(), before);
}

#[test]
fn finishes_what_was_cut_off_before_another() {
    let world = World::new();
    world.break_at(20, Fault::Refuse);
    publish(&world, &publication("event-1", 3)).unwrap_err();
    assert!(world.state().unfinished().is_some(), "it was signed");
    publish(&world, &publication("event-2", 300)).unwrap();
    demand_same(&world, &whole(), "one after the other");
}

#[test]
fn refuses_another_after_the_same_checkpoint_when_one_is_staged() {
    let world = World::new();
    // Staging, claim, lock.
    world.break_at(2, Fault::Refuse);
    publish(&world, &publication("event-1", 3)).unwrap_err();
    assert_eq!((world.state().checkpoint, world.files().len()), (None, 0));
    let error = publish(&world, &publication("event-2", 3)).unwrap_err();
    let said = error.to_string();
    assert!(
        said.ends_with(": event-1 is staged after the same checkpoint"),
        "{said}"
    );
    assert_eq!((world.state().checkpoint, world.files().len()), (None, 0));
    publish(&world, &publication("event-1", 3)).unwrap();
}

#[test]
fn of_two_publishers_with_one_key_the_second_stops_before_it_signs() {
    let reference = whole();
    for write in 0.. {
        let world = World::new();
        publish(&world, &publication("event-1", 3)).unwrap();
        // The other's lock, as it was when the key was copied, lies elsewhere.
        let mut other = World::new();
        other.set_state(world.state());
        world.break_at(write, Fault::Refuse);
        if publish(&world, &publication("event-2", 300)).is_ok() {
            break;
        }
        let (before, staged) = (world.files(), world.staging());
        // The first may be slow only: until it claimed its place, the other may have it.
        let result = publish_by(&world, &mut other, &publication("event-3", 5));
        if staged.keys().any(|name| name.contains("-after-")) {
            let error = result.unwrap_err();
            assert!(
                matches!(error, Error::Claimed { .. } | Error::CheckpointDiffers { .. }),
                "at {write}: {error}"
            );
            assert_eq!(world.files(), before, "at {write}");
            assert_eq!(
                other.read().unwrap().unfinished(),
                None,
                "at {write}: nothing was signed"
            );
            finish(&world, &publication("event-2", 300));
            assert_eq!(world.files(), reference.files(), "at {write}");
        } else if result.is_ok() {
            let error = publish(&world, &publication("event-2", 300)).unwrap_err();
            assert!(matches!(error, Error::CheckpointDiffers { .. }), "at {write}: {error}");
        }
    }
}

#[test]
fn refuses_a_staging_that_is_not_the_one_that_was_signed() {
    for lost in [false, true] {
        let world = cut_off(12, Fault::Refuse);
        publish(&world, &publication("event-2", 3)).unwrap_err();
        let before = world.files();
        match lost {
            true => world.empty_staging(),
            false => world.replace_staging(b"another publication"),
        }
        let error = publish(&world, &publication("event-2", 3)).unwrap_err().to_string();
        let ending = match lost {
            true => "the publication that was signed is not there",
            false => "the publication that was signed is another there",
        };
        assert!(error.ends_with(ending), "{error}");
        assert_eq!(world.files(), before);
    }
}

#[test]
fn refuses_a_store_that_was_rolled_back() {
    let world = World::new();
    publish(&world, &publication("event-1", 3)).unwrap();
    let early = world.file(&layout::Log::MAIN.checkpoint()).unwrap();
    publish(&world, &publication("event-2", 3)).unwrap();
    world.put(&layout::Log::MAIN.checkpoint(), &early);
    let error = publish(&world, &publication("event-3", 3)).unwrap_err().to_string();
    assert!(error.starts_with("the store's checkpoint has 4 entries"), "{error}");
    assert!(error.contains("the last one signed has 8 entries"), "{error}");
    world.remove(&layout::Log::MAIN.checkpoint());
    let error = publish(&world, &publication("event-3", 3)).unwrap_err().to_string();
    assert!(error.starts_with("the store's checkpoint has no entries"), "{error}");
}

#[test]
fn refuses_a_ledger_that_was_rolled_back() {
    let world = World::new();
    publish(&world, &publication("event-1", 3)).unwrap();
    let early = world.state();
    publish(&world, &publication("event-2", 3)).unwrap();
    world.set_state(early);
    let error = publish(&world, &publication("event-3", 3)).unwrap_err();
    assert!(matches!(error, Error::CheckpointDiffers { .. }), "{error}");
}

#[test]
fn writes_nothing_where_a_name_is_taken() {
    let world = whole();
    let before = (world.files(), world.state());
    let mut third = publication("event-3", 3);
    third.files.push(("policy/1.toml".into(), b"another policy".to_vec()));
    let error = publish(&world, &third).unwrap_err();
    assert_eq!(
        error.to_string(),
        "policy/1.toml is in the store already, with other contents"
    );
    assert_eq!((world.files(), world.state()), before);
}

#[test]
fn refuses_tiles_that_are_not_the_checkpoints() {
    let world = World::new();
    publish(&world, &publication("event-1", 3)).unwrap();
    world.put("log/1/tile/0/000.p/4", &[7; 128]);
    let error = publish(&world, &publication("event-2", 3)).unwrap_err();
    assert!(error.to_string().starts_with("the log refuses: "), "{error}");
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
    let said = world::said(&world, &publication);
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
