//! The errors in words, and what a person can do about each.

mod image;
mod token;

use std::fmt;

use record::messages::{ImageKind, Phase};

use super::{Error, key_name};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NowInProduction => write!(f, "--now is for rehearsals, and this is not one"),
            Self::HomeWanted => write!(f, "this needs a member's keys, and no --home says where they are"),
            Self::Codes(cause) => cause.fmt(f),
            Self::Camera(cause) => cause.fmt(f),
            Self::Photograph { path, what } => write!(f, "{} is no picture that can be read: {what}", path.display()),
            Self::NobodyThere => write!(f, "an animation has no end, and nobody is at a keyboard to end it"),
            Self::NotAnId(id) => write!(f, "'{id}' is not a name for a member"),
            Self::Read { path, cause } => write!(f, "{} cannot be read: {cause}", path.display()),
            Self::FileTooLarge { path, limit } => {
                write!(
                    f,
                    "{} has more than {limit} octets, so it is not what belongs here",
                    path.display()
                )
            }
            Self::Write { path, cause } => write!(f, "{} cannot be written: {cause}", path.display()),
            Self::Exists { path } => write!(f, "{} is there already", path.display()),
            Self::NotRegistered { home } => write!(f, "{} has no registration", home.display()),
            Self::NotAFolder { path } => write!(f, "{} is not a folder", path.display()),
            Self::Input(cause) => write!(f, "standard input cannot be read: {cause}"),
            Self::InputEnded => write!(f, "standard input ended before the answer"),
            Self::LineTooLong { limit } => write!(f, "a line of more than {limit} octets was typed"),
            Self::Output(cause) => write!(f, "standard output cannot be written: {cause}"),
            Self::NoPassphrase => write!(f, "no passphrase was typed"),
            Self::PassphrasesDiffer => write!(f, "the two passphrases differ"),
            Self::WrongPassphrase { member } => write!(f, "this is not the passphrase of {member}'s keys"),
            Self::OtherWords { of, typed } => {
                write!(
                    f,
                    "'{typed}' are not the first and the last word of the {of}'s digest; nothing was signed"
                )
            }
            Self::Opening(cause) => cause.fmt(f),
            _ => self.fmt_keys(f),
        }
    }
}

impl Error {
    fn fmt_keys(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSetUp { home, what } => write!(f, "{} is no member's home: {what}", home.display()),
            Self::HomeIsOpen { home, mode } => {
                write!(
                    f,
                    "other users of this machine can look into {} (mode {mode:03o})",
                    home.display()
                )
            }
            Self::HomeBusy { home } => write!(f, "another ceremony-member works with {}", home.display()),
            Self::OtherHomeUnread { path, what } => write!(
                f,
                "{} may hold keys of the other purpose, and cannot be compared: {what}",
                path.display()
            ),
            Self::DamagedMemory { path } => write!(f, "{} is not as this program wrote it", path.display()),
            Self::DamagedKey { path, what } => write!(f, "{} is no key that can be used: {what}", path.display()),
            Self::ForeignKey { path } => write!(f, "{} is not the key that was made here at setup", path.display()),
            Self::ProductionKeysInFiles => {
                write!(f, "production keys live in a token, never in files")
            }
            Self::Key { doing, what } => write!(f, "{doing} failed: {what}"),
            Self::Bundle { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Encode(cause) => write!(f, "the answer cannot be written: {cause}"),
            Self::Sign(cause) => write!(f, "the SSH key cannot sign: {cause}"),
            Self::Derive(cause) => write!(f, "what the plan has signed cannot be derived: {cause}"),
            Self::ApprovalKeyKeptFrom { home } => write!(
                f,
                "the approval key is to be new, and {} remembers what the old one registered",
                home.display()
            ),
            Self::OtherMember { asked, own } => write!(f, "this is for {asked}, and you are {own}"),
            Self::FileName { path, expected } => {
                write!(f, "the name of {} does not begin with '{expected}'", path.display())
            }
            Self::AsksNothing { what } => write!(f, "the {what} asks for nothing"),
            Self::SameTokenTwice { user } => write!(f, "the request has the token for '{user}' twice"),
            Self::ApprovalKeyInEvent { event } => {
                write!(
                    f,
                    "the request asks for your approval key while you are present at '{event}'"
                )
            }
            Self::NotMyUser { key, user, own } => {
                write!(
                    f,
                    "the request asks your {} to sign for the HSM user '{user}'; yours is '{own}'",
                    key_name(*key)
                )
            }
            Self::RegisteredBefore { request } => {
                write!(f, "your approval key was registered before, by the request {request}")
            }
            Self::OtherKey { which } => write!(f, "the roster has another {which} for you than the one made here"),
            Self::NotInOffice { from, until, at } => {
                write!(f, "your term is from {from} until {until}, and {at} is outside it")
            }
            Self::EventNotOpen { opens, closes, now } => {
                write!(
                    f,
                    "the event is open from {opens} until {closes}, and your clock says {now}"
                )
            }
            _ => self.fmt_token(f),
        }
    }

    fn fmt_event(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReviewed { plan, .. } => write!(f, "you have not reviewed the plan {plan}"),
            Self::ReviewedDamaged { plan } => write!(f, "your copy of the reviewed plan {plan} was changed"),
            Self::OtherEvent { planned, found } => {
                write!(
                    f,
                    "the event is called '{found}', but the plan that you reviewed calls it '{planned}'"
                )
            }
            Self::Refused { event, at } => write!(f, "you refused '{event}' with this plan at {at}"),
            Self::RefusePlan { plan } => write!(f, "you have not reviewed the plan {plan}"),
            Self::Reason { letters } => write!(
                f,
                "a reason has 1 to 300 printable characters of ASCII and no space around them; yours has {letters}, or others"
            ),
            Self::NotAttended { event } => write!(f, "you have not declared to be present at '{event}'"),
            Self::OtherImage { expected, found, kind } => {
                let what = match kind {
                    ImageKind::Verity => "image",
                    ImageKind::Binary => "binary",
                };
                write!(f, "the console runs the {what} {found}, not {expected}")
            }
            Self::OtherPlanAttended { event, plan } => {
                write!(f, "you attend '{event}' with another plan, {plan}")
            }
            Self::SessionSize { octets } => write!(f, "the opening's session has {octets} octets, not 16"),
            Self::OpeningOutside { at, opens, closes } => {
                write!(
                    f,
                    "the event is open from {opens} until {closes}, but was opened at {at}"
                )
            }
            Self::OpeningAge { at, now } => {
                write!(f, "the event was opened at {at}, but your clock says {now}")
            }
            Self::OtherSession { doing } => {
                write!(
                    f,
                    "the {doing} is of another session of the console than the opening that you attended"
                )
            }
            Self::OtherKeys { planned, found } => {
                write!(f, "the request has the keys {found}, but the plan makes {planned}")
            }
            Self::BadKey { key, cause } => write!(f, "the public key of {key} is none: {cause}"),
            Self::SameKeyTwice { key } => write!(f, "the key {key} is the same as another key of the plan"),
            Self::StoreWanted => write!(
                f,
                "the plan builds on what earlier events made, and nothing was said to compare it with"
            ),
            Self::RootWanted => write!(f, "the store has a root, and none was named that you trust"),
            Self::NotARoot { path, cause } => write!(f, "{} is no certificate: {cause}", path.display()),
            Self::StoreUnsound { first } => write!(f, "your copy of the store does not hold: {first}"),
            Self::StandingDiffers { what } => {
                write!(
                    f,
                    "what stands before the event is not what your copy of the store has: {what} differ"
                )
            }
            Self::NotItsCertificates { key } => {
                write!(
                    f,
                    "the key {key} stands since an earlier event, and is another one than in its certificate"
                )
            }
            _ => self.fmt_approval(f),
        }
    }

    fn fmt_approval(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherService { service, step } => {
                write!(
                    f,
                    "the token for '{step}' is for the service '{service}', which signs nothing of the plan"
                )
            }
            Self::NotPlanned { step } => write!(f, "the step '{step}' signs nothing in the plan that you reviewed"),
            Self::OtherBytes { step, derived, asked } => {
                write!(
                    f,
                    "'{step}' would sign {asked}, but the plan that you reviewed gives {derived}"
                )
            }
            Self::OtherCommand { step, asked } => write!(
                f,
                "'{step}' would have the HSM do {asked}, which is no command that the plan means"
            ),
            Self::OtherIssuer { step, issuer, asked } => {
                write!(
                    f,
                    "the token for '{step}' is for the key '{asked}', but '{issuer}' signs it"
                )
            }
            Self::TokenNotItsData { of } => {
                write!(
                    f,
                    "the token for '{of}' is not the SHA-256 of the data that came with it"
                )
            }
            Self::TokenTwice { step } => write!(f, "the token for '{step}' is there for another action as well"),
            Self::ActionTwice { step } => write!(f, "there are two tokens for '{step}'"),
            Self::ApprovedLately { step, at, .. } => {
                write!(
                    f,
                    "you approved '{step}' for another token at {at}, which may live still"
                )
            }
            Self::OtherKeysLately { at, .. } => write!(
                f,
                "the console names other keys than at {at}, when you approved for this plan; a token of then may live still"
            ),
            Self::Ended { at } => write!(
                f,
                "you said at {at} that you were present at the end; nothing is approved after it"
            ),
            _ => self.fmt_boot(f),
        }
    }

    fn fmt_boot(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boot(cause) => write!(f, "the quote of what booted is bad: {cause}"),
            Self::OtherManifest { manifest: None, image } => {
                write!(f, "the console runs {image}, and the manifest names no root hash")
            }
            Self::OtherManifest {
                manifest: Some(manifest),
                image,
            } => write!(f, "the console runs {image}, and the manifest is of {manifest}"),
            Self::NoQuote => write!(f, "you named an attestation key, and no quote by such a key came"),
            Self::OtherAttestationKey {
                expected,
                found,
                named: true,
            } => write!(f, "the quote is by {found}, and you named {expected}"),
            Self::OtherAttestationKey { expected, found, .. } => {
                write!(f, "the quote is by {found}, and the last time it was {expected}")
            }
            _ => self.fmt_record(f),
        }
    }

    fn fmt_record(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RecordOfOtherPlan { record, plan } => {
                write!(f, "the record is of the plan {record}, and the plan named is {plan}")
            }
            Self::RecordWithoutPlan { plan } => {
                write!(
                    f,
                    "you were not present, and have not reviewed the record's plan {plan}"
                )
            }
            Self::NotPresent { member } => write!(f, "the record does not name {member} among those present"),
            Self::NotMine { what } => {
                let a = if what.starts_with('a') { "an" } else { "a" };
                write!(f, "the record holds {a} {what} in your name that you did not make here")
            }
            Self::Missing { phase: None } => write!(f, "the record lacks your review of the plan"),
            Self::Missing { phase: Some(phase) } => {
                let when = match phase {
                    Phase::Begin => "beginning",
                    Phase::End => "end",
                };
                write!(f, "the record lacks your word to be present at the {when}")
            }
            Self::ApprovalMissing { what, at } => write!(f, "the record lacks {what} that you gave at {at}"),
            Self::RecordDiffers { what } => write!(f, "the record is wrong: {what}"),
            Self::RecordWrong { findings } => {
                let said = |finding: &verifier::Finding| format!("{}: {}", finding.rule, finding.what);
                let said: Vec<_> = findings.iter().map(said).collect();
                write!(f, "the record is wrong: {}", said.join("\n  "))
            }
            _ => self.fmt_image(f),
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        if let Self::Bundle { cause, .. } = self {
            return cause.hint();
        }
        if let Self::Boot(cause) = self {
            return Some(cause.hint().to_owned());
        }
        if let Some(hint) = self.token_hint().or_else(|| self.image_hint()) {
            return Some(hint);
        }
        if let Self::Derive(cause) = self {
            return Some(cause.hint().to_string());
        }
        if let Self::ApprovedLately { free, now, .. } = self {
            return Some(format!(
                "ask why you are asked twice; approve no earlier than {free}, in {} seconds, when no token of then lives",
                free.0.saturating_sub(now.0)
            ));
        }
        if let Self::OtherKeysLately { free, now, .. } = self {
            return Some(format!(
                "keys that were made do not change: stop, and tell the others; approve no earlier than {free}, in {} seconds",
                free.0.saturating_sub(now.0)
            ));
        }
        let hint = match self {
            Self::Opening(cause) => cause.hint(),
            Self::HomeWanted => "say --home and the folder that setup made",
            Self::Codes(cause) => cause.hint(),
            Self::Camera(cause) => cause.hint(),
            Self::Photograph { .. } => "save it as PNG or as an ordinary JPEG, and scan it again",
            Self::NobodyThere => "say --frames N, or write codes into a folder with --png",
            Self::NowInProduction => "leave --now out; the clock of this machine counts",
            Self::NotAnId(_) => "use the id that infra gave you, like member-1: 1 to 25 of a-z, 0-9 and -",
            Self::Write { .. } => {
                "see that the disk has room and that you may write there; then give the same command again"
            }
            Self::Exists { .. } => "nothing is ever overwritten; name another folder, or move the old file away",
            Self::InputEnded => "type the passphrase, then the words that are asked for, each on its own line",
            Self::NoPassphrase | Self::PassphrasesDiffer => "start again, and type the passphrase with care",
            Self::WrongPassphrase { .. } => "check the keyboard's layout and Caps Lock, and start again",
            Self::OtherWords { .. } => {
                "compare the digest with what is read aloud; if it is the same, start again and type its two words"
            }
            Self::NotSetUp { .. } => "run setup first, or name the right --home",
            Self::HomeIsOpen { .. } => "run chmod 700 on it; if somebody else uses this machine, tell infra",
            Self::HomeBusy { .. } => {
                "finish that one first: look for another window or terminal that waits for an answer"
            }
            Self::OtherHomeUnread { .. } => {
                "mend that home or restore it; or make the new one in a folder of its own, and name your others with --other"
            }
            Self::DamagedKey { .. } | Self::ForeignKey { .. } | Self::DamagedMemory { .. } => {
                "restore the home from your backup, or tell infra"
            }
            Self::ProductionKeysInFiles => {
                "name the token with --module and --token and your SSH key with --ssh-key; or, for a rehearsal, say --rehearsal"
            }
            Self::ApprovalKeyKeptFrom { .. } => {
                "a home registers one approval key in its life: make all three keys new, in an empty --home, without --keep"
            }
            Self::OtherMember { .. } => "infra mixed up the files, or this is another member's --home",
            Self::FileName { .. } => "keep the names that files come with; the answer is named after them",
            Self::AsksNothing { .. } | Self::SameTokenTwice { .. } => "do not answer; tell infra and the other members",
            Self::ApprovalKeyInEvent { .. } => {
                "during an event that key answers approval requests only; finish with attend --phase end first"
            }
            Self::NotMyUser { .. } => "do not answer; tell infra and the other members",
            Self::RegisteredBefore { .. } => {
                "it registers once: for a cluster that is set up anew make new keys, with setup and another --home; if the members saw that a stop lost the registration, answer with --again"
            }
            Self::OtherKey { .. } => "name the right --home, or tell infra that the roster is wrong",
            Self::NotInOffice { .. } | Self::EventNotOpen { .. } => {
                "check this machine's clock and time zone; if they are right, it is not the time for this"
            }
            Self::NotReviewed { reviewed: 0, .. } => "review the plan first; if you did, name the right --home",
            Self::NotReviewed { .. } => {
                "you reviewed another plan; approve nothing, and ask who changed it and why it was not sent to you"
            }
            Self::ReviewedDamaged { .. } => "restore the home from your backup; do not review again in a hurry",
            Self::Refused { .. } => {
                "a refusal stands; to write the same one again, leave out --reason; whoever asks you can be shown it"
            }
            Self::RefusePlan { .. } => "refuse the plan's own bundle; that needs no review",
            Self::Reason { .. } => "say it in one plain sentence",
            Self::NotAttended { .. } => "run attend --phase begin with the console's opening first",
            Self::OtherImage { .. } => {
                "leave everything as it is, and compare the image with the other members: this console is not \
                 running what you expect"
            }
            Self::OtherSession { doing: "opening" } => {
                "ask all others which session they see; if yours was never theirs, say --new-opening at the beginning"
            }
            Self::OtherSession { .. } => {
                "the console was started anew, or this file is of another run; ask what happened before you go on"
            }
            Self::OpeningAge { .. } => {
                "check this machine's clock; if the console was stopped for so long, and all others see this opening, say \
                 --new-opening"
            }
            Self::OpeningOutside { .. } | Self::SessionSize { .. } => "ask for the console's own file of the opening",
            Self::OtherPlanAttended { .. } => {
                "an event has one plan; if it was called off and planned anew, that plan needs another event name"
            }
            Self::Ended { .. } => STOP,
            Self::ApprovalMissing { .. } => {
                "do not sign; tell the others, and send your file again: the record must hold it"
            }
            Self::NotRegistered { .. } => "name the right --home; without --again, setup makes the keys",
            Self::OtherEvent { .. }
            | Self::OtherKeys { .. }
            | Self::BadKey { .. }
            | Self::SameKeyTwice { .. }
            | Self::NotItsCertificates { .. } => STOP,
            Self::StoreWanted => {
                "fetch the public store and say --store DIR --root FILE; or --without-store, and ask who compared"
            }
            Self::RootWanted => "say --root FILE, with a root that came to you from elsewhere",
            Self::NotARoot { .. } => "say --root FILE with the root's certificate, which came to you from elsewhere",
            Self::StoreUnsound { .. } => {
                "fetch the store anew, and `ceremony-verify store` it; tell the others if it stays so"
            }
            Self::StandingDiffers { .. } => {
                "do not sign: fetch the store anew, and ask infra for a plan made on what stands in it"
            }
            Self::OtherService { .. }
            | Self::NotPlanned { .. }
            | Self::OtherBytes { .. }
            | Self::OtherCommand { .. }
            | Self::OtherIssuer { .. } => STOP,
            Self::TokenNotItsData { .. } | Self::TokenTwice { .. } | Self::ActionTwice { .. } => STOP,
            Self::RecordOfOtherPlan { .. } => {
                "name the inbound bundle of that event; if there is no other, do not sign"
            }
            Self::RecordWithoutPlan { .. } => "name the event's inbound bundle with --plan",
            Self::OtherManifest { .. } => {
                "name the manifest of the event's image; if this is it, sign nothing and tell the others"
            }
            Self::NoQuote => {
                "ask why the console proves nothing of its boot; without --attestation-key it counts as unproven"
            }
            Self::OtherAttestationKey { named: true, .. } => {
                "sign nothing; compare the key's name with all others: this is not the console that you know"
            }
            Self::OtherAttestationKey { .. } => {
                "ask infra whether the console has another TPM; if so, name it with --attestation-key"
            }
            Self::NotPresent { .. } | Self::NotMine { .. } | Self::Missing { .. } => DO_NOT_SIGN,
            Self::RecordDiffers { .. } | Self::RecordWrong { .. } => DO_NOT_SIGN,
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// The request differs from the plan: that is never a slip of the member's.
const STOP: &str = "approve nothing; tell the other members: the console asks for something that the plan does not say";

/// The record says something else than what happened.
const DO_NOT_SIGN: &str = "do not sign; show this to the other members, and keep the record's file";
