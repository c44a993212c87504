//! Why the engine stopped, and with which exit code.

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
    /// The tokens of the window are too old.
    TokensExpired,
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
    /// Another error, where something else can be done about it than in an event.
    Elsewhere {
        /// What went wrong.
        cause: Box<Error>,
        /// What to do.
        hint: &'static str,
    },
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

    /// 1 refused, 2 wrong usage, 3 bad input, 4 the HSM failed (design, Names on the outside).
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            // Nothing is wrong with the file: we refuse to overwrite it.
            Self::File { cause, .. } if cause.kind() == std::io::ErrorKind::AlreadyExists => 1,
            Self::Elsewhere { cause, .. } => cause.exit_code(),
            Self::Usage { .. } => 2,
            Self::Hsm(hsm::Error::BadIdentity { .. }) => 3,
            Self::File { .. } | Self::Input { .. } | Self::Disk { .. } | Self::OtherPlan { .. } => 3,
            Self::Hsm(_)
            | Self::InEvent { .. }
            | Self::NotMade { .. }
            | Self::NotTheirs { .. }
            | Self::Mechanism { .. }
            | Self::NextRefused { .. } => 4,
            _ => 1,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File { cause, path, .. } if cause.kind() == std::io::ErrorKind::AlreadyExists => {
                format!("nothing is ever overwritten; move {path} away, or name another place")
            }
            Self::File { .. } => return None,
            Self::Usage { hint, .. } => hint.clone(),
            Self::Elsewhere { hint, .. } => (*hint).to_owned(),
            Self::Input { cause, .. } => return cause.hint(),
            Self::Issue(cause) => cause.hint().to_owned(),
            Self::Hsm(cause) if cause.outcome_unknown() => {
                "go on with `ceremony resume`: the journal knows what was done, and old tokens are gone".into()
            }
            Self::Hsm(cause) => cause.hint()?.to_owned(),
            Self::InEvent { cause } => match cause.hint() {
                Some(hint) => format!("{hint}; then go on with `ceremony resume`"),
                None => "go on with `ceremony resume`".into(),
            },
            Self::NotTheirs { .. } => "the HSM's audit log says who changed this user".into(),
            Self::NextRefused { .. } => {
                "if the tokens were not too old, one use spends all tokens of a login: say `use-voids-other-tokens = \
                 \"yes\"` under [answers] in a file, and go on with `ceremony resume --hsm-answers FILE`"
                    .into()
            }
            Self::Mechanism { .. } => {
                "nothing was signed: install the client's last version before 5.16, then go on with \
                                       `ceremony resume`; members approve again 20 minutes later"
                    .into()
            }
            Self::NotMade { shared: 0, .. } => {
                "nothing of it is in the HSM: mend what it complains of, then go on with `ceremony resume`".into()
            }
            Self::NotMade { shared, .. } => format!(
                "nothing of it is in the HSM; it was to be shared with {shared} users: if the HSM allows fewer, the roster \
                 and the owner must be others, in a new plan; else mend what it complains of and go on with `ceremony \
                 resume`"
            ),
            Self::HsmState { hint, .. } | Self::Disk { hint, .. } => (*hint).to_owned(),
            Self::QuorumShort { approved, threshold } => match threshold - approved {
                1 => "one more member approves, then press Enter".into(),
                n => format!("{} more members approve, then press Enter", number(n)),
            },
            Self::Short { found, needed, .. } => match needed - found {
                1 => "one more member answers, then press Enter".into(),
                n => format!("{} more members answer, then press Enter", number(n)),
            },
            Self::Offered { member, .. } => {
                format!(
                    "{member} makes the file again on their own machine; take the old one out of the inbound folder"
                )
            }
            Self::TokensExpired => "end this run and go on with `ceremony resume`: it mints new tokens".into(),
            Self::Undecided { .. } => "`ceremony resume` asks; the members decide, and the record says so".into(),
            Self::Window { .. } => {
                "check the console's clock; else the plan needs other times, and another review".into()
            }
            Self::Busy { .. } => "wait for the other run, or end it".into(),
            Self::ClockBack { .. } => {
                "set the console's clock: the members must see one time from beginning to end".into()
            }
            Self::Begun { .. } => "go on with `ceremony resume`, or begin on an empty disk".into(),
            Self::OtherPlan { .. } => "bring the bundle that the event began with".into(),
            Self::NoAnswer { .. } => "go on with `ceremony resume`".into(),
        })
    }
}

fn number(n: usize) -> String {
    let words = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    words.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { act, path, cause } => write!(f, "cannot {act} {path}: {cause}"),
            Self::Usage { what, .. } => f.write_str(what),
            Self::Elsewhere { cause, .. } => cause.fmt(f),
            // These name the file themselves: plan, policy or roster, wherever they came from.
            Self::Input { cause, .. } if cause.names_its_file() => cause.fmt(f),
            Self::Input { what, cause } => write!(f, "{what}: {cause}"),
            Self::Issue(cause) => cause.fmt(f),
            Self::Hsm(cause) => cause.fmt(f),
            Self::InEvent { cause } => cause.fmt(f),
            Self::HsmState { what, .. } => f.write_str(what),
            Self::NextRefused { cause } => cause.fmt(f),
            Self::NotTheirs { user, what, cause } => write!(f, "the HSM user {user} {what}: {cause}"),
            Self::Mechanism { cause } => write!(f, "the HSM's client cannot sign with ECDSA: {cause}"),
            Self::NotMade { key, cause, .. } => write!(f, "the HSM did not make the key {key}: {cause}"),
            Self::QuorumShort { approved, threshold } => {
                write!(f, "the quorum has {approved} of {threshold} approvals")
            }
            Self::Short { kind, found, needed } => write!(f, "{found} of {needed} members answered with '{kind}'"),
            Self::Offered { member, kind, what } => write!(f, "the {kind} of {member} is refused: {what}"),
            Self::TokensExpired => f.write_str("the tokens are 600 seconds old, and live no longer"),
            Self::Undecided { step } => write!(f, "a signature for {step} may exist, and nobody has decided"),
            Self::Window { now, opens, closes } => {
                write!(
                    f,
                    "it is {now} by the console's clock; the plan says {opens} to {closes}"
                )
            }
            Self::Disk { what, .. } => f.write_str(what),
            Self::Busy { path } => write!(f, "another run of the engine writes to {path}"),
            Self::ClockBack { now, last } => {
                write!(
                    f,
                    "it is {now} by the console's clock, but the journal was written at {last}"
                )
            }
            Self::Begun { path } => write!(f, "{path} is there already: an event began on this disk"),
            Self::OtherPlan { journal, offered } => {
                write!(f, "the event began with the plan {journal}, not with {offered}")
            }
            Self::NoAnswer { question } => write!(f, "standard input ended before an answer to: {question}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<issue::Error> for Error {
    fn from(cause: issue::Error) -> Self {
        Self::Issue(cause)
    }
}

impl From<hsm::Error> for Error {
    fn from(cause: hsm::Error) -> Self {
        Self::Hsm(cause)
    }
}
