//! What the events of a made-up history are to do.

use std::collections::BTreeMap;

use record::plan::{NEXT_LOG_POLICY, NEXT_POLICY, NEXT_ROSTER};
use record::{Bytes, Time};
use tlog::Checkpoint;
use verifier::layout::Log;

use super::event::{csr, key_of};
use super::steps::{certificate, crl, cross, document, key, question, revoked, subkey};
use super::{History, OPENS};

/// What is planned for an event.
#[derive(Clone)]
pub struct Script {
    pub event: &'static str,
    pub kind: &'static str,
    pub opens: Time,
    pub generation: u32,
    pub steps: String,
    pub inputs: BTreeMap<String, Bytes>,
}

/// So many days after the founding.
pub fn day(number: u64) -> Time {
    OPENS.plus(number * 86_400)
}

/// New lists before the first ones end.
pub fn refresh() -> Script {
    let at = day(300);
    script(
        "refresh",
        "crl-refresh",
        at,
        &[crl("root-1", 2, at, ""), crl("bors-1", 2, at, "")],
    )
}

/// A new release key; the old one is revoked.
pub fn replacement() -> Script {
    let at = day(400);
    let replaces = format!("replaces = {{ certificate = \"release-1\", until = \"{at}\" }}\n");
    let mut script = script(
        "replacement",
        "delegate-replacement",
        at,
        &[
            certificate(
                "release-2",
                "request = \"release.csr\"",
                "root-1",
                at,
                "2031-12-31T23:59:59Z",
            ),
            replaces,
            crl("root-1", 3, at, &revoked("release-1", at, "keyCompromise")),
        ],
    );
    script.inputs.insert("release.csr".into(), csr("release after"));
    script
}

/// Everybody's second term.
pub fn second_term(history: &History) -> Script {
    let at = day(700);
    let mut script = script("second-term", "member-change", at, &[question("appointed")]);
    script.inputs.insert(NEXT_ROSTER.into(), history.next_roster(at));
    script
}

/// The second root, with everything under it, and a document.
pub fn rotation() -> Script {
    let (at, end, old_end) = (day(1450), "2037-06-30T00:00:00Z", "2031-12-31T23:59:59Z");
    let made = |stem: &str, issuer| certificate(stem, &format!("made = \"{stem}\""), issuer, at, end);
    let again = |stem: &str, old| certificate(stem, &format!("standing = \"{old}\""), "root-2", at, end);
    let steps = [
        question("review-of-algorithms"),
        key("root-2", true),
        made("root-2", "root-2"),
        again("release-3", "release-2"),
        again("crates-io-2", "crates-io-1"),
        key("bors-2", true),
        made("bors-2", "root-2"),
        again("transparency-2", "transparency-1"),
        key("console-2", false),
        made("console-2", "root-2"),
        cross("root-2", "root-1", at, old_end),
        cross("root-1", "root-2", at, old_end),
        crl("root-1", 4, at, ""),
        crl("bors-1", 3, at, ""),
        crl("root-2", 1, at, ""),
        crl("bors-2", 1, at, ""),
        document("notice.md", "second-root.md"),
    ];
    let mut script = script("rotation", "root-rotation", at, &steps);
    script.generation = 2;
    script
        .inputs
        .insert("notice.md".into(), b"# There is a second root\n".as_slice().into());
    script
}

/// A subkey of the second bors.
pub fn repository() -> Script {
    let at = day(1480);
    let steps = [subkey("bors-rust-1", "bors-2", "https://github.com/rust-lang/rust", at)];
    let mut script = script("repository", "subkey-issuance", at, &steps);
    script.generation = 2;
    script.inputs.insert("bors-rust.csr".into(), csr("bors rust"));
    script
}

/// A second cluster, after the first was lost.
pub fn cluster() -> Script {
    script(
        "cluster-2",
        "cluster-initialisation",
        day(500),
        &["[[step]]\nid = \"cluster\"\ndo = \"initialise-cluster\"\n".into()],
    )
}

/// Everything from that second cluster, and no word of one root for the other.
pub fn emergency() -> Script {
    let (at, end) = (day(501), "2031-12-31T23:59:59Z");
    let made = |stem: &str| certificate(stem, &format!("made = \"{stem}\""), "root-2", at, end);
    let again = |stem: &str, old| certificate(stem, &format!("standing = \"{old}\""), "root-2", at, end);
    let steps = [
        key("root-2", true),
        made("root-2"),
        again("release-2", "release-1"),
        again("crates-io-2", "crates-io-1"),
        key("bors-2", true),
        made("bors-2"),
        again("transparency-2", "transparency-1"),
        key("console-2", false),
        made("console-2"),
        crl("root-2", 1, at, ""),
        crl("bors-2", 1, at, ""),
        document("statement.md", "distrust-root-1.md"),
    ];
    let mut script = script("emergency", "root-emergency", at, &steps);
    script.generation = 2;
    let statement = b"# Root 1 is given up\n".as_slice();
    script.inputs.insert("statement.md".into(), statement.into());
    script
}

/// A subkey of the first bors.
pub fn early_repository(at: Time) -> Script {
    let steps = [subkey("bors-rust-1", "bors-1", "https://github.com/rust-lang/rust", at)];
    let mut script = script("repository", "subkey-issuance", at, &steps);
    script.inputs.insert("bors-rust.csr".into(), csr("bors rust"));
    script
}

/// A log is frozen as it is, and the next one opened.
pub fn new_log(history: &History, log: Log, opens: Time) -> Script {
    let last = history.store.checkpoint_of(log);
    new_log_by(history.log_policy_after(log, &last), opens)
}

/// The same by a log policy.
pub fn new_log_by(log_policy: String, opens: Time) -> Script {
    let look = |id| format!("[[step]]\nid = \"{id}\"\ndo = \"look-at-hsm\"\nnodes-least = 2\n");
    let steps = [look("before"), question("ended-there"), look("after")];
    let mut script = script("new-log", "hsm-maintenance", opens, &steps);
    script
        .inputs
        .insert(NEXT_LOG_POLICY.into(), log_policy.into_bytes().into());
    script
}

/// The console is looked after, and the HSM is not touched.
pub fn console() -> Script {
    let mut script = script("console", "console-maintenance", day(1490), &[question("updated")]);
    script.generation = 2;
    script
}

fn script(event: &'static str, kind: &'static str, opens: Time, steps: &[String]) -> Script {
    Script {
        event,
        kind,
        opens,
        generation: 1,
        steps: steps.concat(),
        inputs: BTreeMap::new(),
    }
}
