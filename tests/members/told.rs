//! What members at consoles of their own see of it: to what their passwords are sealed, while it can still be stopped.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use record::Bundle;
use record::messages::Recipient;
use record::screen::Shown;
use support::event::{EACH_IS_RIGHT, Event};
use support::judges::skip;
use support::process::{copy_program, finish, ours};

use crate::hand_over::with_recipients;
use crate::room::answer;

#[test]
fn a_member_at_a_console_sees_what_they_open_before_anything_is_sealed() {
    let root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !root {
        skip(
            "a_member_at_a_console_sees_what_they_open_before_anything_is_sealed",
            "only root can run processes of other accounts",
        );
        return;
    }
    let event = with_recipients();
    let consoles = event.path("consoles");
    fs::create_dir(&consoles).expect("a folder");
    fs::set_permissions(&consoles, Permissions::from_mode(0o750)).expect("its mode");
    chown(&consoles, None, Some(ACCOUNT)).expect("its group");
    copy_program(&ours("ceremony"), &event.path("program"));
    event.write("people.toml", format!("{ACCOUNT} = \"member-2\"\n"));
    let mut engine = event.engine_with("run", &["--socket", "consoles/s", "--people", "people.toml"]);
    while let Some(shown) = engine.next_shown() {
        match &shown {
            Shown::Deciding { answers, .. } if answers.iter().any(|one| one == EACH_IS_RIGHT) => break,
            other => answer(&mut engine, other),
        }
    }
    let told = status(&event);
    let bundle = event.read("inbound/recipient-member-2.cbor");
    let own = Bundle::<Recipient>::decode(&bundle).expect("a recipient").body.shown();
    assert!(
        told.contains(&format!("Passwords for you would be sealed to {own}. If that is not")),
        "{told}"
    );
    engine.type_line("stop");
    let ended = engine.end();
    assert!(ended.code.is_some_and(|code| code != 0), "{ended:?}");
    assert!(!event.has("outbound/hand-over-root-owner-member-2.cbor"));
}

/// What the member is told, on one line.
fn status(event: &Event) -> String {
    let mut console = Command::new(event.path("program"));
    console
        .args(["console", "--socket", "consoles/s", "-c", "status"])
        .current_dir(event.root())
        .uid(ACCOUNT)
        .gid(ACCOUNT);
    let done = finish(&mut console, "").expect(0);
    done.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The number of the member's account, and of its group.
const ACCOUNT: u32 = 61_002;
