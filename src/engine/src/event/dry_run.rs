//! A dry run: the plan's steps, what each would sign, and every command that the HSM would be given. Nothing is run.

use std::cell::RefCell;
use std::rc::Rc;

use hsm::{
    Approval, Approved, DryHsm, Habits, Hsm, Pkcs11Hsm, QuorumValues, Role, Secret, StandingKey, TokenName, User,
};
use issue::derive::{Derived, standing_key};
use record::cbor;
use record::plan::{HsmKind, Inbound, Step, commands};
use record::screen::Shown;
use record::standing::HsmKey;

use super::keys::public_label;
use super::stages::{self, At};
use super::{Event, Places};
use crate::clock::Clock;
use crate::cluster;
use crate::console::Console;
use crate::error::Error;
use crate::identity::Identity;
use crate::ledger::Ledger;
use crate::plan::budget;
use crate::{files, initialise, plan};

/// Walks through a plan without a journal on a disk, an HSM or a file written: what each step is, what it would sign,
/// and what the HSM would be told.
pub fn dry_run(places: Places, now: Option<record::Time>, console: Console) -> Result<(), Error> {
    let bytes = files::read(&places.plan, cbor::BUNDLE_LIMIT)?;
    let inbound = Inbound::open(&bytes).map_err(|cause| Error::input(places.plan.display().to_string(), cause))?;
    crate::cli::check_now(now, inbound.plan.rehearsal)?;
    let clock = Clock::new(now);
    let habits = places.device.habits(inbound.plan.rehearsal)?;
    show_steps(&inbound, habits, &clock, &console)?;
    show_commands(places, (bytes, inbound), clock, &console)?;
    console.say("Nothing was written, and the HSM was not touched.");
    Ok(())
}

fn show_steps(inbound: &Inbound, habits: Habits, clock: &Clock, console: &Console) -> Result<(), Error> {
    console.show(&Shown::Heading {
        title: format!("Dry run of {}", inbound.plan.event),
    });
    console.show(&Shown::digest("plan", &inbound.digest));
    let derived = issue::derive::with_placeholder_keys(inbound, clock.now())?;
    let all = stages::list(inbound, habits);
    let of = u32::try_from(all.len()).unwrap_or(u32::MAX);
    for (number, stage) in (1..).zip(all) {
        console.show(&Shown::Step {
            number,
            of,
            who: stage.who,
            title: stage.title,
        });
        match &stage.at {
            At::Step(id) => {
                plan::question(inbound, id)
                    .into_iter()
                    .for_each(|line| console.say(line));
                show_commanded(inbound, id, console);
            }
            At::Sign(window) => show_window(inbound, budget::window(&derived, habits, *window), console),
            _ => {}
        }
    }
    Ok(())
}

/// What a step has the HSM told, command by command.
fn show_commanded(inbound: &Inbound, step: &str, console: &Console) {
    for command in commands(inbound).iter().filter(|command| command.step == step) {
        let who = match &command.consent {
            None => "nobody but its user".to_owned(),
            Some(consent) => format!(
                "{} of {}",
                consent.threshold,
                consent
                    .key
                    .as_ref()
                    .map_or("the admins".to_owned(), |key| format!("those who use {key}"))
            ),
        };
        let mark = if command.remedy { " Only after a stop." } else { "" };
        console.say(format!(
            "`{}`: it {}. Approved by {who}.{mark}",
            command.text(),
            command.said()
        ));
    }
}

/// What is signed in a window, thing by thing.
fn show_window(inbound: &Inbound, window: &[Derived], console: &Console) {
    for one in window {
        let step = inbound.plan.step.iter().find(|step| step.id() == one.step);
        console.say(step.map_or_else(|| one.file.clone(), Step::title));
        for (word, value) in plan::facts(one, inbound) {
            console.say(format!("{word}: {value}"));
        }
    }
}

/// Every command in order, secrets blanked, by the code that carries out the event.
fn show_commands(places: Places, plan: (Vec<u8>, Inbound), clock: Clock, console: &Console) -> Result<(), Error> {
    let habits = places.device.habits(plan.1.plan.rehearsal)?;
    let commands = Rc::new(RefCell::new(Vec::new()));
    let (taken, sent) = (Rc::clone(&commands), move || {
        std::mem::take(&mut *commands.borrow_mut())
    });
    let show = move |command: &str| taken.borrow_mut().push(command.to_owned());
    let keys = standing_keys(&plan.1)?;
    let hsm: Box<dyn Hsm> = match plan.1.plan.hsm.kind {
        HsmKind::Cloudhsm => {
            let (users, values) = expected(&plan.1);
            Box::new(DryHsm::with_keys(show, users, values, &keys).with_habits(habits))
        }
        HsmKind::Pkcs11 => {
            let token = TokenName::Label(plan.1.plan.hsm.owner.clone());
            Box::new(Pkcs11Hsm::dry_with_keys(&token, show, &keys))
        }
    };
    let ledger = Rc::new(RefCell::new(Ledger::in_memory(clock.clone())));
    let mut event = Event::with(
        places,
        plan,
        clock,
        (Console::mute(), Identity::read()?),
        ledger,
        (hsm, crate::sessions::Sessions::None, habits),
    );
    if event.initialises() {
        return initialise::dry_in_event(event.given(), console.like());
    }
    console.show(&Shown::Heading {
        title: "Every command to the HSM, in order".into(),
    });
    console.say(
        "What the HSM says in a dry run is made up: references of keys, public keys, and with them the digests of what \
         is signed. Passwords and approvals are not in these lines.",
    );
    event.walk(&mut |title| console.show_commands(title.to_owned(), sent()))
}

impl Event {
    /// The stages of an event that ask the HSM, with approvals and signatures made up.
    fn walk(&mut self, after: &mut dyn FnMut(&str)) -> Result<(), Error> {
        if !self.touches_the_hsm() {
            after("Nothing: the HSM is not touched");
            return Ok(());
        }
        self.owner_password = Some(Secret::new("not-asked-for".into()));
        self.meet_hsm()?;
        self.check_hsm_at_start()?;
        after("Meet the HSM");
        self.make_keys()?;
        let made = self.wanted().iter().any(|wanted| wanted.made);
        after(if made { "Make the keys" } else { "Find the keys" });
        let steps = self.inbound.plan.step.clone();
        let mut signed = false;
        for step in &steps {
            if matches!(step, Step::LookAtHsm { .. }) {
                self.walk_look(step)?;
                after(&step.title());
            } else if step.issuer().is_some() && !std::mem::replace(&mut signed, true) {
                let frozen = self.freeze()?;
                let windows = frozen.things().chunks(budget::tokens_in_a_window(self.habits));
                for (number, window) in (1..).zip(windows) {
                    self.walk_window(number, window, after)?;
                }
            }
        }
        self.judge_at_end()?;
        after("Judge the HSM, for the record");
        if let Some(console) = self.inbound.console_key() {
            self.login_owner()?;
            let key = self.key_now(&console)?;
            let _ = self.hsm.sign_ecdsa(&key, b"the results", None)?;
            self.leave();
            after("Sign what leaves the console with the console's key");
        }
        Ok(())
    }

    /// What a look asks; how many HSMs there will be is not made up.
    fn walk_look(&mut self, step: &Step) -> Result<(), Error> {
        self.nodes = self.hsm.nodes()?;
        self.login_owner()?;
        let state = cluster::read(&mut *self.hsm, true);
        self.leave();
        state.map(|_| ()).map_err(|error| {
            tracing::debug!(step = step.id(), %error, "a look in a dry run");
            error
        })
    }

    fn walk_window(&mut self, number: usize, window: &[Derived], after: &mut dyn FnMut(&str)) -> Result<(), Error> {
        self.login_owner()?;
        let minted = self.mint(&window.iter().collect::<Vec<_>>())?;
        after(&format!("Window {number}: a token for each signature"));
        for minted in &minted {
            let key = self.key_now(&minted.derived.issuer)?;
            let approved = Approved::new(minted.token.clone(), self.made_up_approvals(&minted.derived.issuer))?;
            let _ = self.hsm.sign_ecdsa(&key, minted.derived.bytes(), Some(&approved))?;
            after(&format!("Window {number}: sign {}", minted.derived.file));
        }
        self.leave();
        after(&format!("Window {number}: the tokens end with the login"));
        Ok(())
    }

    fn made_up_approvals(&self, key: &str) -> Vec<Approval> {
        let threshold = usize::from(self.inbound.threshold_of(key));
        let approvers = self.inbound.roster.members.iter().take(threshold);
        let approval = |member: &record::Member| Approval {
            user: member.approver.clone(),
            role: Role::CryptoUser,
            signature: vec![0; 256],
        };
        approvers.map(approval).collect()
    }
}

/// The keys that stand, as an HSM that falls short in nothing has them.
pub(super) fn standing_keys(inbound: &Inbound) -> Result<Vec<StandingKey>, Error> {
    let approvers: Vec<String> = inbound
        .roster
        .members
        .iter()
        .map(|member| member.approver.clone())
        .collect();
    let keys = inbound.standing.iter().flat_map(|standing| &standing.keys);
    let key = |key: &HsmKey| {
        let guarded = key.quorum.is_some();
        Ok(StandingKey {
            label: key.label.clone(),
            public_label: public_label(&key.label),
            spki: standing_key(inbound, &key.key)?.spki_der().to_vec(),
            owner: key.owner.clone(),
            shared_with: if guarded { approvers.clone() } else { Vec::new() },
            quorum: key.quorum.map(u64::from),
        })
    };
    keys.map(key).collect()
}

/// The users and quorum values of an HSM that falls short in nothing.
pub(super) fn expected(inbound: &Inbound) -> (Vec<User>, QuorumValues) {
    let user = |name: &str, role: Role, mfa, quorum_registered| User {
        name: name.to_owned(),
        role_text: role.as_str().to_owned(),
        locked: false,
        mfa,
        quorum_registered,
        coverage: "full".into(),
    };
    let members = inbound.roster.members.iter();
    let mut users: Vec<User> = members
        .flat_map(|member| {
            [
                user(&member.admin, Role::Admin, true, true),
                user(&member.approver, Role::CryptoUser, false, true),
            ]
        })
        .collect();
    users.push(user(&inbound.plan.hsm.owner, Role::CryptoUser, false, false));
    let threshold = u64::from(inbound.policy.quorum.threshold);
    let values = QuorumValues {
        user: threshold,
        quorum: threshold,
        cluster: Some(threshold),
    };
    (users, values)
}
