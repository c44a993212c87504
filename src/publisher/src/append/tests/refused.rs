//! What an append refuses, and that it changes nothing then: rolled back, another's, taken.

use verifier::layout;

use super::runs::{publication, publish, publish_by};
use super::world::{Fault, World};
use super::{cut_off, demand_same, finish, whole};
use crate::error::Error;
use crate::ledger::Ledger as _;

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
