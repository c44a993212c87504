//! What lies where the console writes: a link is not followed, and a pipe is not waited for.

use std::os::unix::fs::symlink;
use std::process::Command;

use support::event::Event;

/// The opening is written under this name first.
const PART: &str = "outbound/opening.cbor.part";

#[test]
fn a_link_in_the_place_of_a_file_in_the_making_is_not_followed() {
    let event = Event::planned();
    event.write("victim", "the victim's");
    symlink(event.path("victim"), event.path(PART)).expect("a link");
    opens(&event);
    assert_eq!(event.text("victim"), "the victim's");
}

#[test]
fn a_pipe_in_the_place_of_a_file_in_the_making_is_not_waited_for() {
    let event = Event::planned();
    let made = Command::new("mkfifo").arg(event.path(PART)).status();
    assert!(made.expect("mkfifo runs").success());
    opens(&event);
}

/// The event comes to its first wait, with an opening that is a file of its own.
fn opens(event: &Event) {
    let mut engine = event.run();
    engine.play_to("attendance-begin");
    engine.kill();
    let opening = event.path("outbound/opening.cbor");
    assert!(opening.symlink_metadata().expect("it is there").is_file());
    assert!(event.path(PART).symlink_metadata().is_err());
}
