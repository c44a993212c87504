//! Log policies that events bring: each follows the one before it.

use tlog::{Checkpoint, Hash};
use verifier::check_event;
use verifier::layout::Log;

use super::{after, second};
use crate::common::event::key_of;
use crate::common::history::{History, day, new_log_by};

/// The rules that an event breaks which brings this log policy.
fn brings(history: &History, log_policy: String) -> Vec<&'static str> {
    let made = history.make(&new_log_by(log_policy, day(200)));
    let left = made.left(|_| ());
    let checked = check_event(&left.files(), true, day(201));
    checked.map_or_else(|found| found.into_iter().map(|one| one.rule).collect(), |_| Vec::new())
}

#[test]
fn refuses_an_event_that_ends_a_log_elsewhere() {
    let history = History::founded();
    let last = history.store.checkpoint_of(Log::MAIN);
    assert_eq!(brings(&history, history.log_policy_after(Log::MAIN, &last)), [""; 0]);
    for (size, root) in [(last.size() - 1, *last.root()), (last.size(), Hash::sha256(b"x"))] {
        let other = Checkpoint::new(last.origin(), size, root).unwrap();
        let found = brings(&history, history.log_policy_after(Log::MAIN, &other));
        assert_eq!(found, ["log-policy-succession"]);
    }
}

#[test]
fn refuses_a_log_policy_that_does_not_follow() {
    let history = History::founded();
    let now = history.log_policy().to_string();
    let further = format!("log {}\n", key_of(second()).key());
    // A second log beside the first, and the first one gone.
    assert_eq!(brings(&history, further.clone() + &now), ["log-policy-succession"]);
    let gone = now.replace(&format!("log {}\n", key_of(Log::MAIN).key()), "");
    assert_eq!(brings(&history, gone), ["log-policy-succession"]);
    let last = history.store.checkpoint_of(Log::MAIN);
    let frozen = format!("# frozen {} {} {}\n", last.origin(), last.size(), last.root());
    assert_eq!(brings(&history, now + &frozen), ["log-policy-succession"]);
}

#[test]
fn refuses_a_log_policy_that_thaws_a_log_again() {
    let history = after(2);
    let script = |policy: String| {
        let mut script = new_log_by(policy, day(250));
        script.event = "thaw";
        script
    };
    let broken = |policy: String| {
        let left = history.make(&script(policy)).left(|_| ());
        let checked = check_event(&left.files(), true, day(251));
        checked.map_or_else(|found| found.into_iter().map(|one| one.rule).collect(), |_| Vec::new())
    };
    let now = history.log_policy().to_string();
    let last = history.store.checkpoint_of(Log::MAIN);
    let line = format!("# frozen {} {} {}\n", last.origin(), last.size(), last.root());
    let higher = format!("# frozen {} {} {}\n", last.origin(), last.size() + 1, last.root());
    assert_eq!(broken(now.clone()), [""; 0]);
    for other in [now.replace(&line, ""), now.replace(&line, &higher)] {
        assert_eq!(broken(other), ["log-policy-succession"]);
    }
}
