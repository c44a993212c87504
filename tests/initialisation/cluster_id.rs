//! Where several clusters are configured, `cloudhsm-cli` wants to be told which one, and does not start without.

use support::event::Event;
use support::process::{make_program, ours};

use crate::unprepared;

#[test]
fn the_cluster_that_is_named_is_the_one_that_is_spoken_to() {
    let event = Event::planned();
    let _ = event
        .check(&["--without-keys", "--cluster-id", STAND_INS_OWN], "")
        .good();
    several(&event);
    let check = ["hsm", "check", "--without-keys"];
    let done = event.ceremony(&[&check[..], &TERMS, &AMONG_SEVERAL].concat());
    assert_eq!(done.code, Some(4), "{}", done.err);
    let named = [&AMONG_SEVERAL[..], &["--cluster-id", STAND_INS_OWN]].concat();
    let _ = event.ceremony(&[&check[..], &TERMS, &named].concat()).good();
    let mut engine = event.run_at("run", &named);
    engine.play_to("attendance-begin");
}

#[test]
fn a_cluster_is_initialised_among_several() {
    let event = unprepared();
    several(&event);
    let initialise = ["--now", Event::NOW, "hsm", "initialise"];
    let named = ["--cluster-id", STAND_INS_OWN];
    let done = event.ceremony(&[&initialise[..], &TERMS, &Event::PLACES[2..], &AMONG_SEVERAL, &named].concat());
    done.refuses(
        1,
        "standard input ended before an answer to: New password of the key owner root_owner",
        Some("no command changed the cluster yet: begin again with it, and with an empty disk"),
    );
}

#[test]
fn a_cluster_is_no_token() {
    let event = Event::planned();
    let token = ["--pkcs11-module", "module.so", "--pkcs11-token", "token"];
    let done = event.ceremony(&[&["hsm", "check", "--cluster-id", "cluster-1"], &TERMS[..], &token].concat());
    assert_eq!(done.code, Some(2), "{}", done.err);
    let said = "the argument '--cluster-id <ID>' cannot be used with '--pkcs11-module <PATH>'";
    assert!(done.err.contains(said), "{}", done.err);
}

/// A command line that has several clusters configured, the stand-in's among them.
fn several(event: &Event) {
    let script = format!(
        "#!/bin/sh\n[ \"$1 $2 $3\" = 'interactive --cluster-id {STAND_INS_OWN}' ] || {{ echo 'Error: which cluster?'; exit 1; }}\n\
         exec '{}' interactive\n",
        ours("cloudhsm-standin").display()
    );
    make_program(&event.path(AMONG_SEVERAL[1]), &script);
}

const STAND_INS_OWN: &str = "cluster-standin0001";
const TERMS: [&str; 4] = ["--roster", "inputs/roster.cbor", "--policy", "inputs/policy.toml"];
const AMONG_SEVERAL: [&str; 2] = ["--hsm-cli", "./several"];
