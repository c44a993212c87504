//! A dry run: the plan's steps, what each would sign, and every command that the HSM would be given. Nothing is run.

use std::cell::RefCell;
use std::rc::Rc;

use hsm::{Approval, Approved, DryHsm, Hsm, Pkcs11Hsm, QuorumValues, Role, Secret, TokenName, User};
use issue::derive::Derived;
use record::cbor;
use record::plan::{HsmKind, Inbound};
use record::screen::Shown;

use super::{Event, Places};
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::identity::Identity;
use crate::ledger::Ledger;
use crate::plan::budget;
use crate::{files, plan};

/// Walks through a plan without a journal on a disk, an HSM or a file written: what each step is, what it would sign,
/// and what the HSM would be told.
pub fn dry_run(places: Places, now: Option<record::Time>, console: Console) -> Result<(), Error> {
    let bytes = files::read(&places.plan, cbor::BUNDLE_LIMIT)?;
    let inbound = Inbound::open(&bytes).map_err(|cause| Error::input(places.plan.display().to_string(), cause))?;
    crate::cli::check_now(now, inbound.plan.rehearsal)?;
    let clock = Clock::new(now);
    show_steps(&inbound, &clock, &console)?;
    show_commands(places, (bytes, inbound), clock, &console)?;
    console.say("Nothing was written, and the HSM was not touched.");
    Ok(())
}

fn show_steps(inbound: &Inbound, clock: &Clock, console: &Console) -> Result<(), Error> {
    console.show(&Shown::Heading {
        title: format!("Dry run of {}", inbound.plan.event),
    });
    console.show(&Shown::digest("plan", &inbound.digest));
    let of = u32::try_from(inbound.plan.step.len()).unwrap_or(u32::MAX);
    let derived = issue::derive::with_placeholder_keys(inbound, clock.now())?;
    for (number, step) in (1..).zip(&inbound.plan.step) {
        console.show(&Shown::Step {
            number,
            of,
            who: "console".into(),
            title: step.title(),
        });
        let facts = derived
            .iter()
            .filter(|one| one.step == step.id())
            .flat_map(|one| plan::facts(one, inbound));
        for (word, value) in facts {
            console.say(format!("{word}: {value}"));
        }
    }
    Ok(())
}

/// Every command in order, secrets blanked, by the code that carries out the event.
fn show_commands(places: Places, plan: (Vec<u8>, Inbound), clock: Clock, console: &Console) -> Result<(), Error> {
    let habits = places.device.habits(plan.1.plan.rehearsal)?;
    let commands = Rc::new(RefCell::new(Vec::new()));
    let (taken, sent) = (Rc::clone(&commands), move || {
        std::mem::take(&mut *commands.borrow_mut())
    });
    let show = move |command: &str| taken.borrow_mut().push(command.to_owned());
    let hsm: Box<dyn Hsm> = match plan.1.plan.hsm.kind {
        HsmKind::Cloudhsm => {
            let (users, values) = expected(&plan.1);
            Box::new(DryHsm::with_users(show, users, values).with_habits(habits))
        }
        HsmKind::Pkcs11 => Box::new(Pkcs11Hsm::dry(&TokenName::Label(plan.1.plan.hsm.owner.clone()), show)),
    };
    let ledger = Rc::new(RefCell::new(Ledger::in_memory(clock.clone())));
    let mut event = Event::with(
        places,
        plan,
        clock,
        (Console::mute(), Identity::read()?),
        ledger,
        (hsm, habits),
    );
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
        self.owner_password = Some(Secret::new("not-asked-for".into()));
        self.meet_hsm()?;
        self.check_hsm_at_start()?;
        after("Meet the HSM");
        self.make_keys()?;
        after("Make the keys");
        let derived = self.freeze()?;
        let windows = derived.chunks(budget::tokens_in_a_window(self.habits));
        for (number, window) in (1..).zip(windows) {
            self.walk_window(number, window, after)?;
        }
        self.judge_at_end()?;
        after("Judge the HSM, for the record");
        let console = self.console_key()?;
        self.login_owner()?;
        let key = self.key_now(&console)?;
        let _ = self.hsm.sign_ecdsa(&key, b"the results", None)?;
        self.leave();
        after("Sign what leaves the console with the console's key");
        Ok(())
    }

    fn walk_window(&mut self, number: usize, window: &[Derived], after: &mut dyn FnMut(&str)) -> Result<(), Error> {
        self.login_owner()?;
        let minted = self.mint(&window.iter().collect::<Vec<_>>())?;
        after(&format!("Window {number}: a token for each signature"));
        for minted in &minted {
            let key = self.key_now(&minted.derived.issuer)?;
            let approved = Approved::new(minted.token.clone(), self.made_up_approvals())?;
            let _ = self.hsm.sign_ecdsa(&key, minted.derived.bytes(), Some(&approved))?;
            after(&format!("Window {number}: sign {}", minted.derived.file));
        }
        self.leave();
        after(&format!("Window {number}: the tokens end with the login"));
        Ok(())
    }

    fn made_up_approvals(&self) -> Vec<Approval> {
        let approvers = self.inbound.roster.members.iter().take(self.threshold());
        let approval = |member: &record::Member| Approval {
            user: member.approver.clone(),
            role: Role::CryptoUser,
            signature: vec![0; 256],
        };
        approvers.map(approval).collect()
    }
}

/// The users and quorum values of an HSM that falls short in nothing.
fn expected(inbound: &Inbound) -> (Vec<User>, QuorumValues) {
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
