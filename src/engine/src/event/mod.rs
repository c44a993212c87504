//! An event, from opening to end. Each stage asks the journal what is done already and does the rest, so a resumed
//! event takes the same path as one that was never stopped.

mod approvals;
mod gather;
mod keys;
mod outputs;
mod progress;
mod recheck;
mod record_file;
mod signing;
mod terms;
mod window;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use hsm::{CloudHsm, Hsm, Limits, Node, Process, Role, Secret};
use issue::derive::Derived;
use record::journal::What;
use record::messages::{Boot, Opening};
use record::plan::Inbound;
use record::screen::Shown;
use record::{Bundle, Bytes, cbor};

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::identity::Identity;
use crate::ledger::{Door, Ledger, Shared};
use crate::{cluster, files, random};

pub use progress::Progress;

/// Where things come from and go to.
#[derive(Clone, Debug)]
pub struct Places {
    /// The inbound bundle.
    pub plan: PathBuf,
    /// Members' bundles.
    pub inbound: PathBuf,
    /// What leaves the console.
    pub outbound: PathBuf,
    /// The event's own disk.
    pub disk: PathBuf,
    /// `cloudhsm-cli`, or what stands in for it.
    pub hsm_cli: PathBuf,
}

/// An event that is being carried out.
pub struct Event {
    places: Places,
    /// The inbound bundle as it was when it was opened; the folder may change.
    plan: Vec<u8>,
    inbound: Inbound,
    identity: Identity,
    clock: Clock,
    console: Console,
    ledger: Shared,
    hsm: Box<dyn Hsm>,
    /// The HSMs as they were when this run began.
    nodes: Vec<Node>,
    owner_password: Option<Secret>,
    logged_in: bool,
    step: u32,
}

/// Carries out a plan from its first step.
pub fn run(places: Places, now: Option<record::Time>, console: Console) -> Result<(), Error> {
    let (plan, inbound) = open_plan(&places, now)?;
    let clock = Clock::new(now);
    check_window(&inbound, clock)?;
    // Everything that can be settled is settled before the HSM is touched (boulder's orphaned keys).
    issue::derive::with_placeholder_keys(&inbound, clock.now())?;
    if journal_path(&places).exists() {
        return Err(Error::Begun {
            path: journal_path(&places).display().to_string(),
        });
    }
    files::make_folder(&places.disk)?;
    let process = process(&places)?;
    let ledger = Ledger::create(&journal_path(&places), clock)?;
    let mut event = Event::new(places, (plan, inbound), clock, console, ledger, process)?;
    event.open()?;
    event.proceed()
}

/// Goes on with an event after a stop at any point.
pub fn resume(places: Places, now: Option<record::Time>, console: Console) -> Result<(), Error> {
    let (plan, inbound) = open_plan(&places, now)?;
    let clock = Clock::new(now);
    let (ledger, torn) = Ledger::open(&journal_path(&places), clock)?;
    let process = process(&places)?;
    let mut event = Event::new(places, (plan, inbound), clock, console, ledger, process)?;
    match event.progress().opened {
        None => event.open()?,
        Some(opened) if opened.plan != event.inbound.digest => {
            return Err(Error::OtherPlan {
                journal: opened.plan,
                offered: event.inbound.digest,
            });
        }
        Some(_) if event.progress().closed => {
            return Err(Error::Disk {
                what: "the event on this disk is over".into(),
                hint: "its results are in the outbound folder",
            });
        }
        Some(opened) => {
            let image = event.identity.image.clone();
            if image != opened.image {
                return Err(Error::Disk {
                    what: "the event began on another image than this one".into(),
                    hint: "boot the image that the members saw, or end the event",
                });
            }
            event
                .console
                .say("The journal is whole; what it says is done is not done again.");
            event.recheck_bundles()?;
            event.write(What::Resumed { image, torn })?;
        }
    }
    event.proceed()
}

/// The HSM's command line. It is found before a journal is begun, so that a wrong path costs nothing.
fn process(places: &Places) -> Result<Process, Error> {
    Ok(Process::new(
        &places.hsm_cli,
        &work_folder(&places.disk, "event")?,
        Limits::default(),
    )?)
}

fn journal_path(places: &Places) -> PathBuf {
    places.disk.join("journal")
}

fn open_plan(places: &Places, now: Option<record::Time>) -> Result<(Vec<u8>, Inbound), Error> {
    let bytes = files::read(&places.plan, cbor::BUNDLE_LIMIT)?;
    let inbound = Inbound::open(&bytes).map_err(|cause| Error::input(places.plan.display().to_string(), cause))?;
    crate::cli::check_now(now, inbound.plan.rehearsal)?;
    Ok((bytes, inbound))
}

fn check_window(inbound: &Inbound, clock: Clock) -> Result<(), Error> {
    let (now, opens, closes) = (clock.now(), inbound.plan.opens, inbound.plan.closes);
    match (opens..=closes).contains(&now) {
        true => Ok(()),
        false => Err(Error::Window { now, opens, closes }),
    }
}

impl Event {
    fn new(
        places: Places,
        (plan, inbound): (Vec<u8>, Inbound),
        clock: Clock,
        console: Console,
        ledger: Ledger,
        process: Process,
    ) -> Result<Self, Error> {
        let ledger: Shared = Rc::new(RefCell::new(ledger));
        files::make_folder(&places.outbound)?;
        let hsm = Box::new(CloudHsm::new(process, Door(Rc::clone(&ledger))));
        let identity = Identity::read()?;
        Ok(Self {
            places,
            plan,
            inbound,
            identity,
            clock,
            console,
            ledger,
            hsm,
            nodes: Vec::new(),
            owner_password: None,
            logged_in: false,
            step: 0,
        })
    }

    fn open(&mut self) -> Result<(), Error> {
        let what = What::Opened {
            event: self.inbound.plan.event.clone(),
            plan: self.inbound.digest,
            image: self.identity.image.clone(),
            tool: self.identity.tool,
            tool_version: self.identity.version.to_owned(),
            boot: Boot::Unproven,
            session: Bytes(random::octets::<16>()?.to_vec()),
        };
        self.write(what)
    }

    /// All stages, in order; each does only what the journal does not have.
    fn proceed(&mut self) -> Result<(), Error> {
        self.introduce();
        self.gather_reviews()?;
        let opening = self.write_opening()?;
        self.gather_attendance(record::messages::Phase::Begin, &opening)?;
        self.check_cluster_at_start()?;
        self.make_keys()?;
        let derived = self.freeze()?;
        self.sign_under_quorum(&derived)?;
        self.write_outputs(&derived)?;
        self.gather_attendance(record::messages::Phase::End, &opening)?;
        let record = self.write_record(&derived)?;
        self.write_results(&derived, record)?;
        self.write(What::Closed)?;
        clear_work(&self.places.disk);
        self.console.show(&Shown::Finished {
            milliseconds: self.console.elapsed(),
        });
        Ok(())
    }

    fn introduce(&self) {
        let plan = &self.inbound.plan;
        self.console.show(&Shown::Heading {
            title: format!("Event {}", plan.event),
        });
        if plan.rehearsal {
            self.console
                .say("THIS IS A REHEARSAL. Nothing that it makes is to be trusted.");
        }
        self.console.say(plan.description.clone());
        self.console.show(&Shown::digest("plan", &self.inbound.digest));
        self.identity.show(&self.console);
    }

    fn write_opening(&mut self) -> Result<PathBuf, Error> {
        let opened = self.opened()?;
        let opening = Opening {
            event: self.inbound.plan.event.clone(),
            plan: opened.plan,
            image: opened.image,
            session: opened.session,
            at: opened.at,
        };
        let path = self.places.outbound.join("opening.cbor");
        files::write_once(&path, &self.bundle(opening)?)?;
        Ok(path)
    }

    /// Derives all to-be-signed bytes from the keys that now exist, and writes them down once and for all.
    fn freeze(&mut self) -> Result<Vec<Derived>, Error> {
        self.begin_step("engine", "Freeze every byte that will be signed");
        let derived = issue::derive::derive(&self.inbound, &self.public_keys()?, self.clock.now())?;
        let bytes = derived
            .iter()
            .map(|one| (one.step.clone(), Bytes(one.bytes().to_vec())))
            .collect();
        match self.progress().frozen {
            Some(frozen) if frozen == bytes => {}
            Some(_) => {
                return Err(Error::HsmState {
                    what: "the bytes to be signed are not those that the journal has".into(),
                    hint: "stop the event: a public key in the HSM is not the one that was made",
                });
            }
            None => self.write(What::Frozen { bytes })?,
        }
        self.console.say(format!(
            "{} things will be signed; two builders agree on each.",
            derived.len()
        ));
        for line in derived.iter().flat_map(Derived::exemptions) {
            self.console.show(&Shown::Warning {
                text: format!("lint set aside: {line}"),
            });
        }
        Ok(derived)
    }

    fn check_cluster_at_start(&mut self) -> Result<(), Error> {
        self.nodes = self.hsm.nodes()?;
        if !self.rehearsal() && self.nodes.iter().any(|node| node.vendor.contains("standin")) {
            return Err(Error::HsmState {
                what: "this is the stand-in for rehearsals, not an HSM".into(),
                hint: "nothing that matters may be made on it; check --hsm-cli and the image",
            });
        }
        let least = usize::from(self.inbound.plan.hsm.nodes_least);
        if self.nodes.len() < least {
            return Err(Error::HsmState {
                what: format!("the cluster has {} HSMs, and the plan needs {least}", self.nodes.len()),
                hint: "infra adds an HSM to the cluster before the event goes on",
            });
        }
        // One admin too many, or a quorum value too low, and an approver's key could have been exchanged.
        let inbound = &self.inbound;
        cluster::check_users(
            &mut *self.hsm,
            &inbound.roster,
            &inbound.plan.hsm.owner,
            inbound.policy.quorum.threshold,
        )
    }

    /// The cluster must be the one that it was: an HSM that joins or leaves in between takes tokens and users along.
    fn check_cluster(&mut self) -> Result<(), Error> {
        let now = self.hsm.nodes()?;
        Ok(hsm::same_cluster(&self.nodes, &now)?)
    }

    fn login_owner(&mut self) -> Result<(), Error> {
        let owner = self.inbound.plan.hsm.owner.clone();
        if self.owner_password.is_none() {
            let prompt = format!("Password of the key owner {owner}, entered by a member");
            self.owner_password = Some(self.console.secret(&prompt)?);
        }
        if let Some(password) = &self.owner_password {
            self.hsm.login(&owner, Role::CryptoUser, password)?;
            self.logged_in = true;
        }
        Ok(())
    }

    fn begin_step(&mut self, who: &str, title: &str) {
        self.step += 1;
        let of = u32::try_from(self.inbound.plan.made_keys().count()).unwrap_or(0) + STAGES;
        let (who, title) = (who.to_owned(), title.to_owned());
        self.console.show(&Shown::Step {
            number: self.step,
            of,
            who,
            title,
        });
    }

    fn progress(&self) -> Progress {
        Progress::of(self.ledger.borrow().entries())
    }

    fn opened(&self) -> Result<progress::Opened, Error> {
        self.progress().opened.ok_or(Error::Disk {
            what: "the journal does not say how the event began".into(),
            hint: "begin the event on an empty disk",
        })
    }

    fn write(&mut self, what: What) -> Result<(), Error> {
        self.ledger.borrow_mut().write(what)
    }

    fn bundle<B: record::Body>(&self, body: B) -> Result<Vec<u8>, Error> {
        let bundle = Bundle::new(self.inbound.plan.rehearsal, body);
        bundle.encode().map_err(|cause| Error::input(B::TYPE, cause))
    }

    fn rehearsal(&self) -> bool {
        self.inbound.plan.rehearsal
    }
}

/// Stages with a number on screen, beside one for each key.
const STAGES: u32 = 10;

/// Takes away the folders for the HSM's command line, which are empty by now.
pub fn clear_work(disk: &Path) {
    if let Err(error) = std::fs::remove_dir_all(disk.join("hsm-files")) {
        tracing::warn!(%error, "the folder for the HSM's files stays");
    }
}

/// The folder for the files that the HSM's command line reads and writes; only we may enter it.
pub fn work_folder(disk: &Path, name: &str) -> Result<PathBuf, Error> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = disk.join("hsm-files").join(name);
    files::make_folder(&path)?;
    let mode = std::fs::Permissions::from_mode(0o700);
    let failed = |cause| Error::File {
        act: "guard",
        path: path.display().to_string(),
        cause,
    };
    std::fs::set_permissions(&path, mode).map_err(failed)?;
    Ok(path)
}

/// Walks through a plan without a journal, an HSM or a file written: what each step is, and what it would sign.
pub fn dry_run(plan: &Path, now: Option<record::Time>, console: &Console) -> Result<(), Error> {
    let bytes = files::read(plan, cbor::BUNDLE_LIMIT)?;
    let inbound = Inbound::open(&bytes).map_err(|cause| Error::input(plan.display().to_string(), cause))?;
    crate::cli::check_now(now, inbound.plan.rehearsal)?;
    console.show(&Shown::Heading {
        title: format!("Dry run of {}", inbound.plan.event),
    });
    console.show(&Shown::digest("plan", &inbound.digest));
    let of = u32::try_from(inbound.plan.step.len()).unwrap_or(u32::MAX);
    let derived = issue::derive::with_placeholder_keys(&inbound, Clock::new(now).now())?;
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
            .flat_map(Derived::facts);
        for (word, value) in facts {
            console.say(format!("{word}: {value}"));
        }
    }
    console.say("Nothing was written, and the HSM was not touched. Keys made in the event are placeholders here.");
    Ok(())
}
