//! `ceremony hsm probe`: what the documents leave open about CloudHSM, asked of a cluster that is thrown away.
//!
//! Each question of `src/hsm/questions.toml` has one prober, which does what the question is about and looks at what
//! happens. Nothing is guessed: what was not seen is unanswered, with the reason.

mod admin;
mod answers;
pub(crate) mod approval_key;
mod asked;
mod clean;
mod gate;
mod keys;
mod operator;
mod people;
mod prompt;
mod raw;
mod said;
mod session;
mod trouble;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hsm::Secret;
use record::Time;
use record::screen::Shown;

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::questions::{self, Question};
use crate::scratch::Scratch;
use crate::{cli, event, random};

use self::answers::Answers;
use self::keys::Key;
use self::people::Person;
use self::prompt::Prompt;
use self::raw::Cli;
use self::said::{Heard, Line, Stream};
use self::session::Session;
use self::trouble::{Stop, Trouble};

/// What `hsm probe` needs.
#[derive(Args)]
pub struct ProbeArgs {
    /// `cloudhsm-cli`, or what stands in for it.
    #[arg(long, default_value = "/opt/cloudhsm/bin/cloudhsm-cli")]
    hsm_cli: PathBuf,
    /// The cluster, where several are configured.
    #[arg(long)]
    cluster_id: Option<String>,
    /// The file of answers to be written.
    #[arg(long)]
    out: PathBuf,
    /// Only these questions, by name.
    #[arg(long, value_delimiter = ',', value_name = "NAME,NAME")]
    only: Vec<String>,
    /// Really wait where ten minutes must pass, instead of asking the operator to let them pass.
    #[arg(long)]
    wait: bool,
    /// The longest wait for one answer, in seconds.
    #[arg(long, default_value_t = 180)]
    patience: u64,
    /// Where the operator will put the cluster's audit log, as exported from CloudWatch.
    #[arg(long, value_name = "FILE")]
    audit_log: Option<PathBuf>,
    /// The PKCS#11 module that shows the cluster.
    #[arg(long, value_name = "PATH", requires = "pkcs11_token")]
    pkcs11_module: Option<PathBuf>,
    /// The module's token: its label, or `serial:` and its serial number.
    #[arg(long, value_name = "LABEL|serial:HEX", requires = "pkcs11_module")]
    pkcs11_token: Option<String>,
    /// Ask for the token's PIN; CloudHSM's own module takes the key owner's name and password instead.
    #[arg(long, requires = "pkcs11_module")]
    pkcs11_ask_pin: bool,
}

/// One run of the probe.
pub struct Probe<'a> {
    args: &'a ProbeArgs,
    console: Console,
    cli: Cli,
    /// How passwords are taken.
    prompt: Prompt,
    people: Vec<Person>,
    quorum_key: Option<Key>,
    /// The admins' quorum values were or may have been raised.
    raised: bool,
    /// The form of approvals that works for keys: do they name the approver's role?
    approvals_name_role: bool,
    /// The same for the admins' services.
    admins_name_role: bool,
    /// The first complaint in plain text, and where it came.
    complaint: Option<(Stream, String)>,
    evidence: Vec<String>,
    times: Option<asked::Times>,
    lost: Option<asked::Lost>,
}

/// What a prober found.
pub enum Verdict {
    /// One of the question's values.
    Is(&'static str),
    /// None of them, and why.
    Unanswered(String),
}

/// Probes a cluster.
pub fn probe(args: &ProbeArgs, now: Option<Time>, console: Console) -> Result<(), Error> {
    cli::check_now(now, false)?;
    if cli::is_dry(false) {
        return Err(Error::Usage {
            what: "the environment's DRY_RUN asks for a dry run, and a probe has none".into(),
            hint: "unset DRY_RUN to probe a cluster that is thrown away; rehearse it with the stand-in".into(),
        });
    }
    let questions = chosen(&args.only)?;
    if args.out.exists() {
        return Err(Error::Usage {
            what: format!("{} is there already", args.out.display()),
            hint: "nothing is ever overwritten; name another file".into(),
        });
    }
    let scratch = Scratch::new("probe")?;
    let work = event::work_folder(scratch.path(), "probe")?;
    let probe = Probe::new(args, console, &work).map_err(|trouble| failed(&trouble))?;
    probe.carry_out(questions, Clock::new(now))
}

impl<'a> Probe<'a> {
    fn new(args: &'a ProbeArgs, console: Console, work: &std::path::Path) -> Result<Probe<'a>, Trouble> {
        let wait = Duration::from_secs(args.patience);
        Ok(Probe {
            args,
            console,
            cli: Cli::new(&args.hsm_cli, args.cluster_id.as_deref(), work, wait)?,
            prompt: Prompt::unseen(),
            people: Vec::new(),
            quorum_key: None,
            raised: false,
            approvals_name_role: true,
            admins_name_role: true,
            complaint: None,
            evidence: Vec::new(),
            times: None,
            lost: None,
        })
    }

    fn carry_out(mut self, questions: Vec<Question>, clock: Clock) -> Result<(), Error> {
        let facts = self.gate().map_err(end)?;
        let mut answers = Answers::begin(&self.args.out, clock.now(), facts, questions)?;
        let ended = self.ask_all(&mut answers);
        self.console.say("The probe takes away what it made.");
        answers.left = self.clean();
        answers.save()?;
        answers.show(&self.console);
        let (path, what) = (self.args.out.display().to_string(), "the answers".to_owned());
        self.console.show(&Shown::Wrote { path, what });
        ended.map_err(end)
    }

    /// Asks one question after the other, in the order that costs least.
    fn ask_all(&mut self, answers: &mut Answers) -> Result<(), Stop> {
        self.enter()?;
        for (name, prober) in asked::PROBERS {
            if !answers.asks(name) {
                continue;
            }
            tracing::debug!(name, "asks");
            self.evidence.clear();
            let verdict = match prober(self) {
                Ok(verdict) => verdict,
                Err(Stop::Question(trouble)) => Verdict::Unanswered(trouble.to_string()),
                Err(stop) => return Err(stop),
            };
            answers.take(name, verdict, std::mem::take(&mut self.evidence));
            answers.save()?;
            answers.show_one(name, &self.console);
        }
        Ok(())
    }

    /// Asks in this session; command and answer become evidence.
    fn see(&mut self, session: &mut Session, line: &Line) -> Result<Heard, Stop> {
        let heard = session.ask(line)?;
        self.keep(&heard);
        Ok(heard)
    }

    /// Asks what must succeed on the way; no evidence.
    fn must(&mut self, session: &mut Session, line: &Line) -> Result<Heard, Stop> {
        let heard = session.ask(line)?;
        match heard.yes() {
            Some(_) => Ok(heard),
            None => Err(Trouble::refused(&heard).into()),
        }
    }

    /// Keeps an exchange as evidence.
    fn keep(&mut self, heard: &Heard) {
        if let said::Said::Plain { stream, text } = &heard.said {
            self.complaint.get_or_insert((*stream, text.clone()));
        }
        self.evidence.push(heard.evidence());
    }
}

/// The questions of `--only`, or all.
fn chosen(only: &[String]) -> Result<Vec<Question>, Error> {
    let all = questions::all();
    for name in only {
        questions::find(&all, name).map_err(|(what, hint)| Error::Usage { what, hint })?;
    }
    let wanted = |question: &Question| only.is_empty() || only.contains(&question.name);
    Ok(all.into_iter().filter(wanted).collect())
}

fn end(stop: Stop) -> Error {
    match stop {
        Stop::Probe(error) => error,
        Stop::Question(trouble) => failed(&trouble),
    }
}

fn failed(trouble: &Trouble) -> Error {
    match trouble {
        Trouble::Start { program, why } => Error::Hsm(hsm::Error::Start {
            program: program.clone(),
            why: why.clone(),
        }),
        other => Error::HsmState {
            what: format!("the probe cannot begin: {other}"),
            hint: "look at the cluster with the CLI by hand",
        },
    }
}

/// A random word that is no password and never was one.
fn decoy() -> Result<Secret, Error> {
    random::password()
}
