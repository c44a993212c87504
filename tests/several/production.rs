//! An event that is no rehearsal, as far as one can be held here: to its reviews. Members come by SSH with the guide's own
//! configuration, unchanged but for its places, and with a FIDO key that is touched.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use record::journal::What;
use record::messages::Review;
use record::{Body as _, Bundle, Digest, Time};
use support::event::Event;

use super::can_be_others;
use super::room::{Room, heard};
use super::sshd::{Bastion, has_sshd, in_a_namespace};
use super::token::{TOUCHED, Token};

#[test]
fn in_production_accounts_are_the_systems_and_keys_are_touched() {
    const TEST: &str = "in_production_accounts_are_the_systems_and_keys_are_touched";
    if !can_be_others(TEST) || !has_sshd(TEST) {
        return;
    }
    in_a_namespace("production::inside_a_namespace", "a member came by SSH in production");
}

/// The same, where accounts and `/run` are the test's own.
#[test]
#[ignore = "process: of in_production_accounts_are_the_systems_and_keys_are_touched"]
fn inside_a_namespace() {
    let token = Token::new();
    let event = Event::production(|roster| roster.members[0].ssh_key = token.line());
    event.pack_in_production();
    let room = Room::of(event);
    nobody_names_accounts(&room);
    let bastion = Bastion::in_production(&room);
    let mut engine = room
        .event
        .run_in_production(&["--socket", "/run/ceremony/console.sock"]);
    engine.play_to("review");
    for (flags, agent) in [(TOUCHED, "/run/bastion/touched"), (0, "/run/bastion/untouched")] {
        token.serve(Path::new(agent), flags);
    }
    let ssh = |agent: &str, command: &[&str], input: &[u8]| {
        let agent = format!("IdentityAgent=/run/bastion/{agent}");
        let options = ["-o", &agent, "-o", "IdentitiesOnly=no"];
        bastion.ssh_with(&options, 1, command, input)
    };
    ssh("untouched", &["status"], b"").refuses(255, "Permission denied (publickey)");
    let status = ssh("touched", &["status"], b"").good();
    assert!(
        status.contains("You are member-1.") && !status.contains("rehearsal"),
        "{status}"
    );
    heard(&mut engine, "member-1 left a console");
    let name = "review-member-1.cbor";
    let review = review(&room.event);
    let give = |signature: &str| ssh("touched", &["give", name], &[&review, signature.as_bytes()].concat());
    // Whoever has no token but signs for another purpose is refused as in a rehearsal.
    give(&token.sign("file", &review)).refuses(1, "review-member-1.cbor is refused: ");
    assert!(
        give(&token.sign(Review::NAMESPACE, &review))
            .good()
            .starts_with("Taken: ")
    );
    heard(&mut engine, "member-1 gave review-member-1.cbor.");
    engine.kill();
    let named = |what: &What| matches!(what, What::Console { account, member: Some(member), .. } if account == "member-1" && member == account);
    assert!(room.event.journal_count(named) >= 4);
    println!("a member came by SSH in production");
}

/// Whoever could name accounts could be anybody.
fn nobody_names_accounts(room: &Room) {
    let engine = room
        .event
        .run_in_production(&["--socket", room.socket(), "--people", "people.toml"]);
    engine.end().refuses(
        2,
        "--people is for rehearsals, and this is none",
        Some("leave it out; each member has an account of their own, named by their id"),
    );
    assert!(!room.event.has("bastion/journal") && !room.event.has(room.socket()));
}

fn review(event: &Event) -> Vec<u8> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    let review = Review {
        event: "2026-root".into(),
        plan: Digest::of(&event.read("inbound/plan.cbor")),
        member: "member-1".into(),
        at: Time(since.as_secs()),
        compared: None,
    };
    Bundle::new(false, review).encode().expect("encodes")
}
