//! What members give: a bundle of their own that is awaited, signed by them; checked as the engine checks it, and then laid
//! into the inbound folder as if somebody had brought it. No bundle that lies there is ever replaced.

mod checks;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::path::Path;

use record::parcel::COUNTERSIGNATURES;
use record::screen::fold;
use record::{Signed, facts, text};

use super::desk::{Desk, Live};
use super::notice::Notice;
use super::wire::{Answer, LARGEST_BUNDLE, LARGEST_SIGNATURE};
use crate::error::Error;
use crate::files;

/// Takes what a member gives.
pub fn take(desk: &Desk, member: &str, name: &str, bundle: Vec<u8>, signature: String) -> (Answer, Option<Notice>) {
    // Only one console writes at a time; nobody waits here but members. What holds is how far the event is then.
    let turn = desk.gate.enter();
    let given = Given {
        desk,
        live: &desk.now_live(),
        member,
        is_open: turn.is_open,
        signed: Signed {
            bundle: bundle.into(),
            signature,
            member: member.to_owned(),
        },
    };
    match given.taken(name) {
        Ok(Taken { said, is_new }) => {
            let (member, name) = (member.to_owned(), name.to_owned());
            // The same once more is no news.
            let lines = fold(&said, "", "");
            (Answer::Said { lines }, is_new.then_some(Notice::Gave { member, name }))
        }
        Err(Refused(error, hint)) => (Answer::refused(error, hint), None),
    }
}

/// What lies of a member's in the inbound folder under this stem: nothing, what the engine takes, or why it does not.
pub fn lies(desk: &Desk, live: &Live, member: &str, stem: &str) -> Option<Result<(), String>> {
    let name = format!("{stem}-{member}.cbor");
    let read = |name: &str, limit| {
        let read = files::read_if_there(&desk.event.taken.join(name), limit);
        read.map_err(|_| format!("{name} cannot be read"))
    };
    let bundle = match read(&name, LARGEST_BUNDLE).transpose()? {
        Ok(bundle) => bundle,
        Err(why) => return Some(Err(why)),
    };
    let beside = format!("{name}.sig");
    let signature = read(&beside, LARGEST_SIGNATURE).and_then(|octets| {
        let octets = octets.ok_or_else(|| format!("its signature, {beside}, is not there"))?;
        String::from_utf8(octets).map_err(|_| format!("{beside} is no signature"))
    });
    Some(signature.and_then(|signature| {
        let given = Given {
            desk,
            live,
            member,
            is_open: true,
            signed: Signed {
                bundle: bundle.into(),
                signature,
                member: member.to_owned(),
            },
        };
        given.judge(stem)
    }))
}

/// Why, and what can be done.
struct Refused(String, Cow<'static, str>);

impl Refused {
    fn new(why: impl Into<String>, hint: impl Into<Cow<'static, str>>) -> Self {
        Self(why.into(), hint.into())
    }
}

/// What the member is told, and whether it was not there before.
struct Taken {
    said: String,
    is_new: bool,
}

struct Given<'a> {
    desk: &'a Desk,
    live: &'a Live,
    member: &'a str,
    /// Bundles are taken.
    is_open: bool,
    signed: Signed,
}

impl Given<'_> {
    fn taken(&self, name: &str) -> Result<Taken, Refused> {
        if self.signed.bundle.len() > LARGEST_BUNDLE || self.signed.signature.len() > LARGEST_SIGNATURE {
            return Err(Refused::new("it is larger than any member's file", MAKE_AGAIN));
        }
        match name.strip_suffix(".sig") {
            Some(stem) if stem.ends_with(".cbor") => Err(self.without_its_file(stem)),
            Some(stem) => self.countersigned(stem),
            None => self.bundle(name),
        }
    }

    /// `ssh-keygen -Y sign` puts the signature beside the file, under the file's name.
    fn without_its_file(&self, file: &str) -> Refused {
        let (member, shown) = (self.member, text::plain(file, 80));
        let hint = match file {
            "record.cbor" => format!("your signature of the record has another name: ssh BASTION give {member}.sig"),
            _ => format!("give both under the bundle's name: cat {shown} {shown}.sig | ssh BASTION give {shown}"),
        };
        Refused::new(
            format!("'{shown}.sig' is a signature, and comes with what it signs"),
            hint,
        )
    }

    fn bundle(&self, name: &str) -> Result<Taken, Refused> {
        let shown = text::plain(name, 80);
        let stem = name.strip_suffix(".cbor").filter(|stem| text::is_name(stem));
        let stem = stem.and_then(|stem| stem.strip_suffix(self.member)?.strip_suffix('-'));
        let stem = stem.ok_or_else(|| {
            let member = self.member;
            let what = format!("'{shown}' is no file of yours: yours end with -{member}.cbor");
            Refused::new(what, "`sign` says which file is awaited of you")
        })?;
        self.demand_awaited(stem)?;
        self.judge(stem)
            .map_err(|why| Refused::new(format!("{shown} is refused: {why}"), MAKE_AGAIN))?;
        let folder = &self.desk.event.taken;
        let (path, beside) = (folder.join(name), folder.join(format!("{name}.sig")));
        if self.lies_there(&path, &self.signed.bundle)? && self.is_signed_by(&beside, |other| other.judge(stem)) {
            return Ok(Taken {
                said: format!("{shown} lies in the inbound folder already, with a good signature of yours. {THEN}"),
                is_new: false,
            });
        }
        // The bundle last: the engine looks for it, and then for the signature beside it. A signature that lies there
        // alone, as after a stop, is nobody's word, nor is one that is not good: this one takes its place.
        self.lay_signature(&beside)?;
        files::write_once(&path, &self.signed.bundle).map_err(trouble)?;
        Ok(Taken {
            said: format!("Taken: {shown} lies in the inbound folder, with its signature. {THEN}"),
            is_new: true,
        })
    }

    /// A member's signature of the record, for the publisher.
    fn countersigned(&self, stem: &str) -> Result<Taken, Refused> {
        let (member, now) = (self.member, "`sign` says what there is to sign");
        if stem != member || !self.signed.bundle.is_empty() {
            let what = format!(
                "'{}.sig' is no signature of yours: yours is {member}.sig",
                text::plain(stem, 40)
            );
            return Err(Refused::new(what, now));
        }
        let (bytes, record) = self.record().map_err(|what| Refused::new(what, now))?;
        let present = record.present.iter().any(|present| present == member);
        if !present && !record.facts.contains_key(facts::ABORTED) {
            let what = "whoever was not present signs only the record of an event that ended early";
            return Err(Refused::new(what, now));
        }
        self.check_signature(&bytes)
            .map_err(|why| Refused::new(format!("{member}.sig is refused: {why}"), MAKE_AGAIN))?;
        let folder = self.desk.event.leaves.join(COUNTERSIGNATURES);
        files::make_folder(&folder).map_err(trouble)?;
        let path = folder.join(format!("{member}.sig"));
        let is_new = !self.is_signed_by(&path, |other| other.check_signature(&bytes));
        if is_new {
            self.lay_signature(&path)?;
        }
        let taken = if is_new { "Taken: your" } else { "Your" };
        Ok(Taken {
            said: format!("{taken} signature of the record lies in {COUNTERSIGNATURES}/{member}.sig."),
            is_new,
        })
    }

    /// Whether these very octets lie there; anything else that does is never replaced.
    fn lies_there(&self, path: &Path, bytes: &[u8]) -> Result<bool, Refused> {
        let other = match files::read_if_there(path, bytes.len()) {
            Ok(None) => return Ok(false),
            Ok(Some(found)) => found != bytes,
            // Longer, or no file: another in any case.
            Err(_) => true,
        };
        let name = path.file_name().unwrap_or_default().display();
        match other {
            false => Ok(true),
            true => Err(Refused::new(
                format!("another {name} of yours lies there already, and nothing is replaced"),
                "if it is not the right one, the operator takes it away; then give yours again",
            )),
        }
    }

    /// Whether the signature that lies there is good for the same. Each signature of a FIDO key is another one.
    fn is_signed_by(&self, path: &Path, judge: impl Fn(&Self) -> Result<(), String>) -> bool {
        let there = files::read_if_there(path, LARGEST_SIGNATURE).ok().flatten();
        let Some(signature) = there.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return false;
        };
        let signed = Signed {
            signature,
            ..self.signed.clone()
        };
        judge(&Self { signed, ..*self }).is_ok()
    }

    fn lay_signature(&self, path: &Path) -> Result<(), Refused> {
        files::replace(path, self.signed.signature.as_bytes()).map_err(trouble)
    }
}

/// The console's own trouble is nobody's business but the operator's.
fn trouble(error: Error) -> Refused {
    tracing::warn!(%error, "a member's file could not be written");
    Refused::new(
        "the console could not write it down",
        "tell the operator, and give it as a file on a medium",
    )
}

const THEN: &str = "The engine takes it when the operator presses Enter; `status` says what is awaited then.";
const MAKE_AGAIN: &str =
    "make it again on your own machine, from what `get` gives, and give file and signature together";
