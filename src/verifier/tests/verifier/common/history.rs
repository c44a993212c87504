//! A history: events one after another, each planned on what the ones before it left, and the store that has them all.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::plan::{Inbound, LOG_POLICY, NEXT_LOG_POLICY, NEXT_POLICY, NEXT_ROSTER, POLICY, ROSTER, STANDING};
use record::{Bundle, Bytes, Digest, Standing, Time};
use tlog::Checkpoint;
use verifier::layout::Log;
use verifier::{check_event, standing};

use super::event::{Left, founding_inputs, founding_plan_on, key_of};
use super::store::Memory;
use super::{Made, Members, OPENS};

pub use super::scripts::{
    Script, cluster, console, day, early_repository, emergency, new_log, new_log_by, refresh, replacement, repository,
    rotation, second_term,
};

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

    /// The next policy, with these lines after its own.
    pub fn longer_policy(&self, lines: &str) -> Bytes {
        let text = std::str::from_utf8(&self.rules[POLICY]).unwrap();
        let last = text.trim_end().lines().last().unwrap();
        self.next_policy(last, &format!("{last}\n\n{lines}"))
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
