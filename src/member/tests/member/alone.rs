//! One file that needs only glibc, and no network.

use std::process::Command;

use record::Digest;

use super::scene::event::{Event, path};
use super::scene::{NOW, PASSPHRASE, feed, plan, two_words};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ceremony-member");

#[test]
fn the_program_needs_nothing_but_glibc() {
    let output = feed(Command::new("readelf").args(["-d", "-W", PROGRAM]), b"");
    let said = String::from_utf8(output.stdout).expect("text");
    let needed: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("(NEEDED)"))
        .filter_map(|line| line.split(['[', ']']).nth(1))
        .collect();
    assert!(!needed.is_empty(), "{said}");
    for library in needed {
        let known = [
            "libc.so.6",
            "libm.so.6",
            "libgcc_s.so.1",
            "libdl.so.2",
            "libpthread.so.0",
        ];
        assert!(known.contains(&library) || library.starts_with("ld-linux"), "{library}");
    }
}

/// Where this user may make one: an empty network namespace has not even a loopback that is up.
#[test]
fn a_plan_is_reviewed_without_any_network() {
    if !feed(Command::new("unshare").args(["-n", "true"]), b"").status.success() {
        return crate::skip::skip(
            "a_plan_is_reviewed_without_any_network",
            "no network namespace can be had here",
        );
    }
    let event = Event::new("no-network");
    let (file, out) = (event.path("plan.cbor"), event.out());
    let mut command = Command::new("unshare");
    command.args(["-n", PROGRAM, "--home"]).arg(event.home("member-1"));
    command.args(["--now", NOW, "review", path(&file), "--out", path(&out)]);
    let words = two_words(&Digest::of(plan::bundle()));
    let output = feed(&mut command, format!("{PASSPHRASE}\n{words}\n").as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(out.join("review-member-1.cbor").exists());
}
