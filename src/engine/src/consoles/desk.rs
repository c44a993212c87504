//! What members at consoles of their own are told, and what is taken from them: from what the engine has written and
//! shown. The lock is held to copy, never to wait.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use hsm::Habits;
use record::Time;
use record::journal::{Entry, What};
use record::plan::Inbound;
use record::screen::Shown;

use super::gate::Gate;
use super::listing::Kinds;
use super::notice::Notice;
use super::wire::{Answer, Question};
use super::{asked, give, listing, told};
use crate::clock::{Clock, Running};
use crate::event::Progress;

/// The event, as it does not change.
pub struct Event {
    /// The inbound bundle, byte for byte.
    pub plan: Vec<u8>,
    /// The same, read.
    pub inbound: Inbound,
    /// The HSM's ways, on which windows hang.
    pub habits: Habits,
    /// Where members' bundles come in.
    pub taken: PathBuf,
    /// What leaves the console.
    pub leaves: PathBuf,
    /// The console's clock.
    pub clock: Running,
}

/// What the threads that answer members share with the engine.
pub struct Desk {
    /// The event.
    pub(super) event: Event,
    live: Mutex<Live>,
    /// Whether members' files are taken.
    pub(super) gate: Gate,
    /// What the files that leave are.
    pub(super) kinds: Kinds,
    /// The plan in plain words, once somebody asked for them.
    pub(super) words: OnceLock<Result<Vec<String>, String>>,
}

/// How far the event is.
#[derive(Clone, Default)]
pub(super) struct Live {
    /// What the journal has come to.
    pub progress: Arc<Progress>,
    /// The stage, as it was shown.
    pub stage: Option<String>,
    /// What is awaited of members.
    pub awaited: Option<Awaited>,
    /// Until when tokens live, and how many.
    pub tokens: Option<(Instant, u32)>,
    /// The engine asks the operator something.
    pub asks: bool,
}

/// What is awaited of members.
#[derive(Clone)]
pub(super) struct Awaited {
    /// The stem of the files' names.
    pub stem: String,
    /// The name of the file that members answer.
    pub request: Option<String>,
    /// Whose answers are not in the journal yet.
    pub members: Vec<String>,
    /// How many of them are needed.
    pub needed: u32,
}

impl Desk {
    /// The desk of an event of which nothing is written yet.
    pub fn new(event: Event) -> Self {
        Self {
            event,
            live: Mutex::default(),
            gate: Gate::default(),
            kinds: Kinds::default(),
            words: OnceLock::new(),
        }
    }

    /// The journal has come to this.
    pub fn has_come_to(&self, progress: &Progress) {
        self.live().progress = Arc::new(progress.clone());
    }

    /// The journal has one entry more.
    pub fn wrote(&self, entry: &Entry) {
        let mut live = self.live();
        Arc::make_mut(&mut live.progress).apply(entry);
        if let What::Gathered { stem } = &entry.what {
            live.awaited.take_if(|awaited| awaited.stem == *stem);
        }
    }

    /// The operator sees this.
    pub fn shown(&self, shown: &Shown) {
        let mut live = self.live();
        live.asks = matches!(shown, Shown::Deciding { .. } | Shown::Asking { .. });
        match shown {
            Shown::Step { number, of, who, title } => {
                live.stage = Some(format!("{number} of {of}: {title} [{who}]"));
                (live.awaited, live.tokens) = (None, None);
            }
            Shown::Waiting {
                kind,
                request,
                members,
                needed,
            } => {
                let name = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
                live.awaited = Some(Awaited {
                    stem: kind.clone(),
                    request: request.as_ref().map(name),
                    members: members.clone(),
                    needed: *needed,
                });
            }
            Shown::Countdown { seconds, tokens } => {
                live.tokens = Some((Instant::now() + Duration::from_secs(*seconds), *tokens));
            }
            _ => {}
        }
    }

    /// Answers a member, and says what the engine must hear of it.
    pub(super) fn answer(&self, member: &str, question: Question) -> (Answer, Option<Notice>) {
        let live = self.now_live();
        let said = |lines| (Answer::Said { lines }, None);
        match question {
            Question::Status => said(told::status(self, &live, member)),
            Question::Plan => (told::plan(self), None),
            Question::Approvals => said(asked::approvals(self, &live)),
            Question::Sign => said(asked::sign(self, &live, member)),
            Question::List => said(listing::listed(self, member)),
            Question::Get { name } => (listing::get(self, member, &name), None),
            Question::Give {
                name,
                bundle,
                signature,
            } => give::take(self, member, &name, bundle.0, signature),
        }
    }

    /// What the console's clock says.
    pub(super) fn now(&self) -> Time {
        self.clock().now()
    }

    /// The console's clock.
    pub(super) fn clock(&self) -> Clock {
        self.event.clock.into()
    }

    /// How far the event is at this moment.
    pub(super) fn now_live(&self) -> Live {
        self.live().clone()
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        // Nothing is left half done under this lock.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// What is awaited of this member.
    pub fn awaited_of(&self, member: &str) -> Option<&Awaited> {
        let of_them = |awaited: &&Awaited| awaited.members.iter().any(|one| one == member);
        self.awaited.as_ref().filter(of_them)
    }
}
