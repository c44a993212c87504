//! A history: events one after another, each planned on what the ones before it left, and the store that has them all.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::plan::{Inbound, LOG_POLICY, NEXT_LOG_POLICY, NEXT_POLICY, NEXT_ROSTER, POLICY, ROSTER, STANDING};
use record::{Bundle, Bytes, Digest, Standing, Time};
use tlog::Checkpoint;
use verifier::layout::Log;
use verifier::{check_event, standing};

use super::event::{Left, csr, founding_inputs, founding_plan_on, key_of};
use super::steps::{certificate, crl, cross, document, key, question, revoked, subkey};
use super::store::Memory;
use super::{Made, Members, OPENS};

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

/// The events so far.
#[derive(Clone)]
pub struct History {
    pub members: Arc<Members>,
    pub made: Vec<Arc<Made>>,
    pub left: Vec<Arc<Left>>,
    pub standing: Standing,
    pub store: Memory,
    /// Roster, policy and log policy in force.
    rules: BTreeMap<String, Bytes>,
}

impl History {
    /// After the founding event.
    pub fn founded() -> Self {
        let made = Arc::new(Made::new());
        let left = Arc::new(made.left(|_| ()));
        Self::after_founding(made, left)
    }

    /// A cluster of the members', and no root yet.
    pub fn begun() -> Self {
        let members = Arc::new(Members::new());
        let rules = founding_inputs(&members);
        let rules = rules.into_iter().filter(|(name, _)| !name.ends_with(".csr"));
        let mut history = Self {
            store: Memory::default(),
            standing: nothing(),
            rules: rules.collect(),
            left: Vec::new(),
            made: Vec::new(),
            members,
        };
        let script = Script {
            event: "cluster-1",
            opens: OPENS,
            generation: 0,
            ..cluster()
        };
        let made = Made::hold(&history.members, &history.plan_on(&script, None));
        history.publish(made, |made| made.left(|_| ()));
        history
    }

    /// The first root, after that.
    pub fn found(&mut self) {
        let standing = Bundle::new(true, self.standing.clone()).encode().unwrap();
        let plan = founding_plan_on(&self.members, day(1), standing.into());
        let made = Made::hold(&self.members, &plan);
        self.publish(made, |made| made.left(|_| ()));
    }

    fn after_founding(made: Arc<Made>, left: Arc<Left>) -> Self {
        let names = [ROSTER, POLICY, LOG_POLICY];
        let rules = names.map(|name| (name.to_owned(), made.inbound.inputs[name].clone()));
        let store = Memory::publish(&left);
        Self {
            members: made.members.clone(),
            standing: after(None, &left, made.inbound.plan.closes, &store),
            store,
            rules: rules.into(),
            left: vec![left],
            made: vec![made],
        }
    }

    /// From the founding to the second root and what it is used for.
    pub fn whole() -> Self {
        let mut history = Self::founded();
        history.hold(&refresh());
        history.hold(&replacement());
        let next = second_term(&history);
        history.hold(&next);
        history.hold(&rotation());
        history.hold(&repository());
        history.hold(&console());
        history
    }

    /// What it was after so many events.
    pub fn back_to(whole: &Self, events: usize) -> Self {
        let mut history = Self::after_founding(whole.made[0].clone(), whole.left[0].clone());
        for n in 1..events {
            let (made, left) = (&whole.made[n], &whole.left[n]);
            history.store.append(left, made.inbound.plan.closes);
            history.follow(&made.inbound);
            history.made.push(made.clone());
            history.left.push(left.clone());
        }
        let next = whole.made.get(events).and_then(|made| made.inbound.standing.clone());
        history.standing = next.unwrap_or_else(|| whole.standing.clone());
        history
    }

    /// The plan of the next event.
    pub fn plan(&self, script: &Script) -> Vec<u8> {
        self.plan_on(script, Some(&self.standing))
    }

    /// The same on something else that is said to stand.
    pub fn plan_on(&self, script: &Script, standing: Option<&Standing>) -> Vec<u8> {
        let mut inputs = self.rules.clone();
        inputs.extend(script.inputs.clone());
        if let Some(standing) = standing {
            let standing = Bundle::new(true, standing.clone()).encode().unwrap();
            inputs.insert(STANDING.into(), standing.into());
        }
        let Script {
            event,
            kind,
            opens,
            generation,
            steps,
            ..
        } = script;
        let digests: String = inputs
            .iter()
            .map(|(name, bytes)| format!("\"{name}\" = \"{}\"\n", Digest::of(bytes)))
            .collect();
        let closes = opens.plus(8 * 3600);
        let text = format!(
            "version = 1\nevent = \"{event}\"\nkind = \"{kind}\"\nrehearsal = true\n\
             description = \"An event of kind {kind}, for tests\"\ngeneration = {generation}\nopens = \"{opens}\"\n\
             closes = \"{closes}\"\n[hsm]\nowner = \"root_owner\"\nnodes-least = 2\n[inputs]\n{digests}\n{steps}"
        );
        Inbound::pack(text.as_bytes(), inputs).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// Holds the next event.
    pub fn make(&self, script: &Script) -> Made {
        Made::hold(&self.members, &self.plan(script))
    }

    /// Holds and publishes the next event.
    pub fn hold(&mut self, script: &Script) {
        let made = self.make(script);
        self.publish(made, |made| made.left(|_| ()));
    }

    /// Publishes what an event left.
    pub fn publish(&mut self, made: Made, leave: impl FnOnce(&Made) -> Left) {
        let left = leave(&made);
        let now = made.inbound.plan.closes;
        self.store.append(&left, now);
        let past = Some(&self.standing).filter(|past| !past.events.is_empty());
        self.standing = after(past, &left, now, &self.store);
        self.follow(&made.inbound);
        self.made.push(Arc::new(made));
        self.left.push(Arc::new(left));
    }

    /// What an event brought is in force.
    pub fn follow(&mut self, inbound: &Inbound) {
        for (next, rules) in [
            (NEXT_ROSTER, ROSTER),
            (NEXT_POLICY, POLICY),
            (NEXT_LOG_POLICY, LOG_POLICY),
        ] {
            if let Some(next) = inbound.inputs.get(next) {
                self.rules.insert(rules.into(), next.clone());
            }
        }
    }

    /// The log policy in force.
    pub fn log_policy(&self) -> tlog::Policy {
        tlog::Policy::parse(&self.rules[LOG_POLICY]).unwrap()
    }

    /// The log policy after it, by which a log ends with this checkpoint and the next one follows.
    pub fn log_policy_after(&self, log: Log, last: &Checkpoint) -> String {
        let line = format!("log {}\n", key_of(log.next()).key());
        let frozen = format!("# frozen {} {} {}\n", last.origin(), last.size(), last.root());
        line + std::str::from_utf8(&self.rules[LOG_POLICY]).unwrap() + &frozen
    }

    /// The policy in force.
    pub fn policy(&self) -> record::Policy {
        record::Policy::parse(&self.rules[POLICY]).unwrap()
    }

    /// The policy after it, with one thing changed.
    pub fn next_policy(&self, from: &str, to: &str) -> Bytes {
        let text = std::str::from_utf8(&self.rules[POLICY]).unwrap();
        assert!(text.contains(from), "{from}");
        let next = text.replace("version = 1\n", "version = 2\n").replace(from, to);
        next.into_bytes().into()
    }

    /// The next roster, of the same members for another term.
    pub fn next_roster(&self, from: Time) -> Bytes {
        let roster = self.members.next_roster(Digest::of(&self.rules[ROSTER]), from);
        Bundle::new(true, roster).encode().unwrap().into()
    }

    /// A certificate that stands.
    pub fn certificate(&self, stem: &str) -> x509::Certificate {
        x509::Certificate::parse(&self.standing.certificate(stem).unwrap().der).unwrap()
    }
}

/// Before the first event.
fn nothing() -> Standing {
    let zero = Digest::of(b"");
    Standing::nothing(zero, zero, zero)
}

fn after(before: Option<&Standing>, left: &Left, now: Time, store: &Memory) -> Standing {
    let event = check_event(&left.files(), true, now).unwrap_or_else(|found| panic!("{found:#?}"));
    let standing = standing::after(before, &left.files(), &event);
    Standing {
        checkpoint: store.checkpoint(),
        ..standing
    }
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
