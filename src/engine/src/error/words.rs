//! What went wrong, in words.

use super::Error;

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
            Self::Codes(cause) => cause.fmt(f),
            Self::Camera(cause) => cause.fmt(f),
            Self::InEvent { cause } => cause.fmt(f),
            Self::HsmState { what, .. } => f.write_str(what),
            Self::NextRefused { cause } => cause.fmt(f),
            Self::NotToGoOn { step, answer, proceed } => {
                write!(
                    f,
                    "the answer at {step} is '{answer}'; the event goes on with '{proceed}' alone"
                )
            }
            Self::NotTheirs { user, what, cause } => write!(f, "the HSM user {user} {what}: {cause}"),
            Self::Mechanism { cause } => write!(f, "the HSM's client cannot sign with ECDSA: {cause}"),
            Self::NotMade { key, cause, .. } => write!(f, "the HSM did not make the key {key}: {cause}"),
            Self::QuorumShort { approved, threshold } => {
                write!(f, "the quorum has {approved} of {threshold} approvals")
            }
            Self::Short { kind, found, needed } => write!(f, "{found} of {needed} members answered with '{kind}'"),
            Self::Offered { member, kind, what } => write!(f, "the {kind} of {member} is refused: {what}"),
            Self::NoRecipient { missing, there } => write!(
                f,
                "passwords are sealed to {}, but not to {}: no recipient bundle of theirs is there",
                there.join(", "),
                missing.join(", ")
            ),
            Self::RecipientWrong => write!(f, "a member says that what the console would seal to is not theirs"),
            Self::NotSealed { program, what } => write!(f, "{program} did not seal: {what}"),
            Self::TokensExpired => f.write_str("the tokens are 600 seconds old, and live no longer"),
            Self::UndecidedCommand { command } => {
                write!(f, "`{command}` was begun, no good answer came, and nobody has decided")
            }
            Self::Undecided { step } => write!(f, "a signature for {step} may exist, and nobody has decided"),
            Self::Window { now, opens, closes } => {
                write!(
                    f,
                    "it is {now} by the console's clock; the plan says {opens} to {closes}"
                )
            }
            Self::Disk { what, .. } => f.write_str(what),
            Self::Consoles { what, .. } | Self::NoEngine { what } | Self::AtConsole { what, .. } => f.write_str(what),
            Self::Shown { cause } => write!(f, "cannot write to standard output: {cause}"),
            Self::Busy { path } => write!(f, "another run of the engine writes to {path}"),
            Self::TooFewLeft { left, needed, refused } => {
                write!(
                    f,
                    "{} refused; {left} members are left, and {needed} are needed",
                    refused.join(", ")
                )
            }
            Self::TooFewStay { go, stay, needed } => {
                let go = go.join(", ");
                write!(
                    f,
                    "{stay} of those present stay in office, and {needed} are needed once {go} can approve no more"
                )
            }
            Self::Uncompared => {
                f.write_str("no review of a member who compared what stands before the event with the store")
            }
            Self::ClockWrong { shown } => write!(f, "the console's clock says {shown}, and that is not right"),
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
            Self::Differs { at, was, is } => write!(f, "{at}: recorded is {was}, made is {is}"),
            Self::Refused { what, .. } => f.write_str(what),
            Self::ReadBack { path } => write!(f, "{path} was written, and reads back as something else"),
            Self::NoAnswer { question } => write!(f, "standard input ended before an answer to: {question}"),
        }
    }
}
