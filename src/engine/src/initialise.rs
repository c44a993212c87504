//! The cluster before any key exists: the nine become its only admins, their keys are registered, and the quorum is
//! set from the first minute. An admin alone could otherwise reset an approver's password and register another key.

mod exchange;
mod quorum;
mod registration;

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use hsm::{CloudHsm, Hsm as _, Limits, Process, Role, Secret};
use record::screen::Shown;
use record::{Digest, Policy, Roster, Time, cbor};

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::ledger::{Door, Ledger, Shared};
use crate::{cli, cluster, event, files, random};

/// What `hsm initialise` needs.
#[derive(Args)]
pub struct InitialiseArgs {
    /// The roster to be put into force.
    #[arg(long)]
    roster: PathBuf,
    /// The policy.
    #[arg(long)]
    policy: PathBuf,
    /// The crypto user who will own the keys: no member.
    #[arg(long, default_value = "root_owner")]
    owner: String,
    /// The folder with members' bundles.
    #[arg(long)]
    inbound: PathBuf,
    /// The folder for requests to members.
    #[arg(long)]
    outbound: PathBuf,
    /// The event's own disk.
    #[arg(long)]
    disk: PathBuf,
    /// `cloudhsm-cli`, or what stands in for it.
    #[arg(long)]
    hsm_cli: PathBuf,
}

/// The cluster's first minutes.
struct Setup<'a> {
    args: &'a InitialiseArgs,
    roster: Roster,
    roster_digest: Digest,
    policy: Policy,
    console: Console,
    ledger: Shared,
    step: u32,
}

/// Initialises a cluster.
pub fn initialise(args: &InitialiseArgs, now: Option<Time>, console: Console) -> Result<(), Error> {
    let policy_bytes = files::read(&args.policy, cbor::BUNDLE_LIMIT)?;
    let policy = Policy::parse(&policy_bytes).map_err(|cause| input(&args.policy, cause))?;
    cli::check_now(now, policy.rehearsal)?;
    let bytes = files::read(&args.roster, cbor::BUNDLE_LIMIT)?;
    let roster = Roster::open(&bytes, policy.rehearsal).map_err(|cause| input(&args.roster, cause))?;
    roster.check(&policy).map_err(|cause| input(&args.roster, cause))?;
    for folder in [&args.disk, &args.outbound] {
        files::make_folder(folder)?;
    }
    let journal = args.disk.join("initialisation");
    if journal.exists() {
        return Err(Error::Disk {
            what: format!(
                "{} is there already: a cluster was initialised from this disk",
                journal.display()
            ),
            hint: "a cluster that was initialised halfway is thrown away: begin with a new one and an empty disk",
        });
    }
    if let Some(member) = roster
        .members
        .iter()
        .find(|member| [&member.approver, &member.admin].contains(&&args.owner))
    {
        return Err(Error::Usage {
            what: format!("the key owner {} is a user of {}", args.owner, member.id),
            hint: "name an owner who is no member".into(),
        });
    }
    let ledger = Ledger::create(&args.disk.join("initialisation"), Clock::new(now))?;
    let ledger = Rc::new(RefCell::new(ledger));
    let roster_digest = Digest::of(&bytes);
    Setup {
        args,
        roster,
        roster_digest,
        policy,
        console,
        ledger,
        step: 0,
    }
    .carry_out()
}

impl Setup<'_> {
    fn carry_out(mut self) -> Result<(), Error> {
        self.console.show(&Shown::Heading {
            title: "The cluster before any key exists".into(),
        });
        self.console.show(&Shown::digest("roster", &self.roster_digest));
        let (owner, admins) = self.passwords()?;
        self.create_users(&owner, &admins)?;
        self.register(&admins)?;
        self.set_quorum(&admins)?;
        self.check()?;
        event::clear_work(&self.args.disk);
        self.console.show(&Shown::Finished {
            milliseconds: self.console.elapsed(),
        });
        Ok(())
    }

    /// The owner's password and one for each admin, typed by those who keep them.
    fn passwords(&mut self) -> Result<(Secret, Vec<Secret>), Error> {
        let owner = self
            .console
            .new_secret(&format!("New password of the key owner {}", self.args.owner))?;
        let names: Vec<String> = self.roster.members.iter().map(|member| member.admin.clone()).collect();
        let ask = |name: String| self.console.new_secret(&format!("New password of the admin {name}"));
        Ok((owner, names.into_iter().map(ask).collect::<Result<_, _>>()?))
    }

    fn create_users(&mut self, owner: &Secret, admins: &[Secret]) -> Result<(), Error> {
        self.begin("Activate the cluster and create its users");
        let first = random::password()?;
        let mut hsm = self.connect("first")?;
        hsm.activate(&first)?;
        hsm.login("admin", Role::Admin, &first)?;
        for (member, password) in self.roster.members.iter().zip(admins) {
            hsm.create_user(&member.admin, Role::Admin, password, None)?;
        }
        hsm.create_user(&self.args.owner, Role::CryptoUser, owner, None)?;
        hsm.logout()?;
        self.console
            .say("The members are admins. The key owner is no member and has no approval key.");
        // Approvers are created where their password is used, and nowhere else known.
        let mut hsm = self.connect("first")?;
        let member = &self.roster.members[0];
        hsm.login(&member.admin, Role::Admin, &admins[0])?;
        hsm.delete_user("admin", Role::Admin, None)?;
        hsm.logout()?;
        self.console.say("The first user, admin, is deleted.");
        Ok(())
    }

    /// Reads the cluster again and says whether it is as it must be.
    fn check(&mut self) -> Result<(), Error> {
        self.begin("Read the cluster again");
        let mut hsm = self.connect("first")?;
        cluster::check_users(&mut hsm, &self.roster, &self.args.owner, self.policy.quorum.threshold)?;
        let threshold = self.policy.quorum.threshold;
        self.console.say(format!(
            "{} admins, the key owner and {} approvers; quorum values for users and for the quorum itself are {threshold}.",
            self.roster.members.len(),
            self.roster.members.len()
        ));
        Ok(())
    }

    fn connect(&self, name: &str) -> Result<CloudHsm, Error> {
        let work = event::work_folder(&self.args.disk, name)?;
        let process = Process::new(&self.args.hsm_cli, &work, Limits::default())?;
        Ok(CloudHsm::new(process, Door(Rc::clone(&self.ledger))))
    }

    fn begin(&mut self, title: &str) {
        self.step += 1;
        let (who, title) = ("console".to_owned(), title.to_owned());
        self.console.show(&Shown::Step {
            number: self.step,
            of: 4,
            who,
            title,
        });
    }
}

fn input(path: &std::path::Path, cause: record::Error) -> Error {
    Error::input(path.display().to_string(), cause)
}
