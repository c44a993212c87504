//! The order of writes: whatever fails, and however, the same append run again ends with the same store.

mod witnessed;
mod world;

use record::Digest;
use tlog::{SignedCheckpoint, TileReader};
use verifier::layout;

use super::InLog;
use crate::error::Error;
use world::{Fault, World, publication, publish};

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
    for fault in [Fault::Refuse, Fault::Forget, Fault::PowerCut] {
        for write in 0.. {
            let world = World::new();
            publish(&world, &publication("event-1", 3)).unwrap();
            world.break_at(write, fault);
            let second = publication("event-2", 300);
            let Err(error) = publish(&world, &second) else { break };
            assert!(matches!(error, Error::Store { .. }), "{fault:?} at {write}: {error}");
            demand_whole_log(&world);
            finish(&world, &second);
            assert_eq!(world.files(), reference.files(), "{fault:?} at {write}");
            assert_eq!(world.state(), reference.state(), "{fault:?} at {write}");
        }
    }
}

#[test]
fn finds_a_store_that_says_it_wrote_and_did_not() {
    let reference = whole();
    let mut found = 0;
    for write in 0.. {
        let world = World::new();
        publish(&world, &publication("event-1", 3)).unwrap();
        world.break_at(write, Fault::Lie);
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
    // Five documents and records, five of the log, two checkpoints, proof, two of the certificate, CRL, page.
    assert_eq!(found, 17, "every file that was not written is found");
}

/// Runs a cut-off append again. It may have been complete, but for the answer to its last write.
fn finish(world: &World, publication: &crate::publication::Publication) {
    match publish(world, publication) {
        Ok(_) | Err(Error::Published { .. }) => {}
        Err(error) => panic!("{error}"),
    }
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
fn refuses_another_append_while_one_is_unfinished() {
    let world = World::new();
    world.break_at(5, Fault::Refuse);
    publish(&world, &publication("event-1", 3)).unwrap_err();
    let before = world.files();
    let error = publish(&world, &publication("event-2", 3)).unwrap_err();
    assert_eq!(error.to_string(), "the append of event-1 was cut off");
    let mut other = publication("event-1", 3);
    other.results = Digest::of(b"other results");
    let error = publish(&world, &other).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the append of event-1 was cut off, and its files were others then"
    );
    let error = publish(&world, &publication("event-1", 4)).unwrap_err();
    assert!(matches!(error, Error::AppendChanged { .. }), "{error}");
    assert_eq!(world.files(), before);
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
