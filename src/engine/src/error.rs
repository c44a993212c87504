//! Why the engine stopped, and with which exit code.

mod advice;
mod system;
mod words;

pub use system::in_event;

use std::borrow::Cow;

use record::Digest;

/// Why the engine stopped.
#[derive(Debug)]
pub enum Error {
    /// A file cannot be read or written.
    File {
        /// What was tried: `read`, `write`, ...
        act: &'static str,
        /// The file.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The words of the call do not fit together.
    Usage {
        /// What does not fit.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A bundle, plan, policy or roster is not good.
    Input {
        /// Which file or which member's bundle.
        what: String,
        /// Why.
        cause: Box<record::Error>,
    },
    /// The to-be-signed bytes cannot be settled.
    Issue(issue::Error),
    /// The HSM or the way to it failed.
    Hsm(hsm::Error),
    /// The same within an event that was begun: once mended, the event goes on.
    InEvent {
        /// What the HSM said.
        cause: hsm::Error,
    },
    /// A user of the HSM did not prove to be its member's, where another could have taken it over.
    NotTheirs {
        /// The user.
        user: String,
        /// What it did not do, and what somebody else could.
        what: &'static str,
        /// What the HSM said.
        cause: Box<hsm::Error>,
    },
    /// The HSM's answer is not what the plan demands.
    HsmState {
        /// What is wrong.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// People answered so that the event does not go on.
    NotToGoOn {
        /// The plan's step.
        step: String,
        /// What they answered.
        answer: String,
        /// The answer with which it would go on.
        proceed: String,
    },
    /// The HSM refused to make a key, and has nothing of it.
    NotMade {
        /// The plan's name of the key.
        key: String,
        /// With how many users it was to be shared.
        shared: usize,
        /// What the HSM said.
        cause: Box<hsm::Error>,
    },
    /// The HSM's client cannot sign at all: it lacks the mechanism.
    Mechanism {
        /// What it said.
        cause: Box<hsm::Error>,
    },
    /// The HSM took one token of a window and refused the next, although the same members approved both.
    NextRefused {
        /// What it said.
        cause: Box<hsm::Error>,
    },
    /// Fewer members approved than the policy asks for.
    QuorumShort {
        /// Members who approved.
        approved: usize,
        /// Members needed.
        threshold: usize,
    },
    /// Fewer members answered than are needed.
    Short {
        /// What was asked for.
        kind: String,
        /// Members who answered.
        found: usize,
        /// Members needed.
        needed: usize,
    },
    /// A member's bundle does not belong to this event.
    Offered {
        /// Whose bundle.
        member: String,
        /// Which kind.
        kind: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// Some of those who are to know a new password did not say what they can open.
    NoRecipient {
        /// Those who did not.
        missing: Vec<String>,
        /// Those who did.
        there: Vec<String>,
    },
    /// A member said that what is shown as what they can open is not theirs.
    RecipientWrong,
    /// A new password could not be sealed.
    NotSealed {
        /// The program that seals.
        program: String,
        /// What is wrong.
        what: String,
    },
    /// The tokens of the window are too old.
    TokensExpired,
    /// A command of the plan was begun and not seen to end, and nobody has decided.
    UndecidedCommand {
        /// Its text.
        command: String,
    },
    /// A command was given whose answer is lost, and nobody has decided.
    Undecided {
        /// The plan's step.
        step: String,
    },
    /// The event is outside the plan's times.
    Window {
        /// The console's clock.
        now: record::Time,
        /// The plan's times.
        opens: record::Time,
        /// The plan's times.
        closes: record::Time,
    },
    /// The event's disk holds another event's journal, or an event that is over.
    Disk {
        /// What is there.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// Members refused, and too few are left.
    TooFewLeft {
        /// Those who are left.
        left: usize,
        /// Those who are needed.
        needed: usize,
        /// Who refused.
        refused: Vec<String>,
    },
    /// Of those who are present too few stay in office.
    TooFewStay {
        /// Those who are present and go in this event.
        go: Vec<String>,
        /// Those who are present and stay.
        stay: usize,
        /// Those who must.
        needed: usize,
    },
    /// Nobody compared what stands before the event with the public store, and people wait for somebody who does.
    Uncompared,
    /// The operator says that the console's clock is wrong.
    ClockWrong {
        /// What it says.
        shown: record::Time,
    },
    /// Members cannot be received at that place.
    Consoles {
        /// Why.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// No engine answers a member at a console of their own.
    NoEngine {
        /// What was tried.
        what: String,
    },
    /// The engine refused a member at a console of their own.
    AtConsole {
        /// Why.
        what: String,
        /// What to do.
        hint: Option<String>,
    },
    /// What somebody asked for could not be written to where they want it.
    Shown {
        /// What the system said.
        cause: std::io::Error,
    },
    /// Another run has the journal open.
    Busy {
        /// The journal.
        path: String,
    },
    /// The console's clock is behind the journal.
    ClockBack {
        /// The console's clock.
        now: record::Time,
        /// When the journal was last written.
        last: record::Time,
    },
    /// The event's disk holds a journal already.
    Begun {
        /// Where.
        path: String,
    },
    /// The plan of the resumed event is not the one that it began with.
    OtherPlan {
        /// The journal's.
        journal: Digest,
        /// The one offered.
        offered: Digest,
    },
    /// A replay came to something else than was recorded.
    Differs {
        /// The first field that differs, and where it is.
        at: String,
        /// What was recorded there.
        was: String,
        /// What the replay made.
        is: String,
    },
    /// Another error, where something else can be done about it than in an event.
    Elsewhere {
        /// What went wrong.
        cause: Box<Error>,
        /// What to do.
        hint: Cow<'static, str>,
    },
    /// What was asked about is not as it must be, or nothing of what was offered can be taken.
    Refused {
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A file reads back as something else than was written.
    ReadBack {
        /// The file.
        path: String,
    },
    /// Codes could not be made or read.
    Codes(transfer::Error),
    /// The camera sends no pictures.
    Camera(camera::Error),
    /// Standard input ended where an answer was awaited.
    NoAnswer {
        /// What was asked.
        question: String,
    },
}

impl Error {
    /// Bytes that claim to be ours and are not good.
    pub fn input(what: impl Into<String>, cause: record::Error) -> Self {
        Self::Input {
            what: what.into(),
            cause: Box::new(cause),
        }
    }
}

impl std::error::Error for Error {}

impl From<issue::Error> for Error {
    fn from(cause: issue::Error) -> Self {
        Self::Issue(cause)
    }
}

impl From<transfer::Error> for Error {
    fn from(cause: transfer::Error) -> Self {
        Self::Codes(cause)
    }
}

impl From<camera::Error> for Error {
    fn from(cause: camera::Error) -> Self {
        Self::Camera(cause)
    }
}

impl From<hsm::Error> for Error {
    fn from(cause: hsm::Error) -> Self {
        Self::Hsm(cause)
    }
}
