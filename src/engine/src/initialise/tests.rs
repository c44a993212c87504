//! What a stop says that no call of the program can bring about: what could fail is judged before the first step.

use std::cell::RefCell;
use std::rc::Rc;

use clap::Parser;
use record::{Bytes, Digest, Member, Policy, Roster, Time};

use super::*;
use crate::ledger::Ledger;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: InitialiseArgs,
}

#[test]
fn a_dry_run_that_fails_throws_no_cluster_away() {
    let args = Line::parse_from(LINE).args;
    let clock = Clock::new(Time::parse("2026-11-22T10:00:00Z"));
    let setup = Setup {
        site: begin::site(&args),
        roster: roster("Admin Member;9"),
        roster_digest: Digest::of(b""),
        plan: None,
        terms: [("roster.cbor", vec![]), ("policy.toml", vec![])].map(|(name, bytes)| Kept { name, bytes }),
        policy: Policy::parse(POLICY).expect("a policy"),
        habits: Habits::default(),
        console: Console::mute(),
        clock: clock.clone(),
        ledger: Rc::new(RefCell::new(Ledger::in_memory(clock))),
        nodes: Vec::new(),
        dry: Some(Dry::new(Console::mute())),
        step: (0, STEPS),
    };
    let error = setup.carry_out().expect_err("no such name");
    assert!(error.to_string().contains("Admin Member;9"), "{error}");
    let hint = error.hint().unwrap_or_default();
    assert!(!hint.contains("thrown away") && !hint.contains("disk"), "{hint}");
}

/// One member, whose admin has this name.
fn roster(admin: &str) -> Roster {
    let member = Member {
        id: "member-1".into(),
        from: Time(0),
        until: Time(0),
        approver: "member_1".into(),
        admin: admin.into(),
        approval_key: Bytes(Vec::new()),
        admin_key: Bytes(Vec::new()),
        ssh_key: String::new(),
        affiliations: Vec::new(),
        residence: Bytes(Vec::new()),
        citizenships: Vec::new(),
    };
    Roster {
        number: 1,
        previous: None,
        appointment: String::new(),
        members: vec![member],
    }
}

const POLICY: &[u8] = include_bytes!("../../../../ceremony-scripts/root-generation/policy.toml");
const LINE: [&str; 14] = [
    "ceremony",
    "--roster",
    "roster.cbor",
    "--policy",
    "policy.toml",
    "--inbound",
    "in",
    "--outbound",
    "out",
    "--disk",
    "disk",
    "--hsm-cli",
    "cloudhsm-cli",
    "--dry-run",
];
