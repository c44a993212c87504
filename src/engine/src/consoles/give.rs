//! What members give: a bundle of their own that is awaited, signed by them; checked as the engine checks it, and then laid
//! into the inbound folder as if somebody had brought it. Nothing that lies there is ever replaced.

mod checks;

use std::path::Path;
use std::sync::PoisonError;

use record::{Signed, facts, text};

use super::desk::{Desk, Live};
use super::notice::Notice;
use super::wire::Answer;
use crate::error::Error;
use crate::files;

/// Takes what a member gives.
pub fn take(
    desk: &Desk,
    live: &Live,
    member: &str,
    name: &str,
    bundle: Vec<u8>,
    signature: String,
) -> (Answer, Option<Notice>) {
    let given = Given {
        desk,
        live,
        member,
        signed: Signed {
            bundle: bundle.into(),
            signature,
            member: member.to_owned(),
        },
    };
    match given.taken(name) {
        Ok((lines, is_new)) => {
            let (member, name) = (member.to_owned(), name.to_owned());
            // The same once more is no news.
            (Answer::Said { lines }, is_new.then_some(Notice::Gave { member, name }))
        }
        Err(Refused(error, hint)) => (Answer::refused(error, hint), None),
    }
}

/// Why, and what can be done.
struct Refused(String, &'static str);

/// What the member is told, and whether it was not there before.
type Taken = (Vec<String>, bool);

struct Given<'a> {
    desk: &'a Desk,
    live: &'a Live,
    member: &'a str,
    signed: Signed,
}

impl Given<'_> {
    fn taken(&self, name: &str) -> Result<Taken, Refused> {
        if self.signed.bundle.len() > LARGEST_BUNDLE || self.signed.signature.len() > LARGEST_SIGNATURE {
            return Err(Refused("it is larger than any member's file".into(), MAKE_AGAIN));
        }
        // Only one of a member's consoles writes at a time; nobody waits here but members.
        let _turn = self.desk.giving.lock().unwrap_or_else(PoisonError::into_inner);
        match name.strip_suffix(".sig") {
            Some(stem) if !stem.ends_with(".cbor") => self.countersigned(stem),
            _ => self.bundle(name),
        }
    }

    fn bundle(&self, name: &str) -> Result<Taken, Refused> {
        let shown = text::plain(name, 80);
        let stem = name.strip_suffix(".cbor").filter(|stem| text::is_name(stem));
        let stem = stem.and_then(|stem| stem.strip_suffix(self.member)?.strip_suffix('-'));
        let stem = stem.ok_or_else(|| {
            let member = self.member;
            let what = format!("'{shown}' is no file of yours: yours end with -{member}.cbor");
            Refused(what, "`sign` says which file is awaited of you")
        })?;
        self.demand_awaited(stem)?;
        self.judge(stem)
            .map_err(|why| Refused(format!("{shown} is refused: {why}"), MAKE_AGAIN))?;
        let (path, beside) = (
            self.desk.event.taken.join(name),
            self.desk.event.taken.join(format!("{name}.sig")),
        );
        self.demand_no_other(&path, &self.signed.bundle)?;
        self.demand_no_other(&beside, self.signed.signature.as_bytes())?;
        // The bundle last: the engine looks for it, and then for the signature beside it.
        let is_new = !path.exists();
        self.lay(&beside, self.signed.signature.as_bytes())?;
        self.lay(&path, &self.signed.bundle)?;
        let taken = format!("Taken: {shown} lies in the inbound folder, with its signature.");
        let said = [
            taken.as_str(),
            "The engine takes it when the operator presses Enter; `status` says what is",
            "awaited then.",
        ];
        Ok((said.map(str::to_owned).to_vec(), is_new))
    }

    /// A member's signature of the record, for the publisher.
    fn countersigned(&self, stem: &str) -> Result<Taken, Refused> {
        let (member, now) = (self.member, "`sign` says what there is to sign");
        if stem != member || !self.signed.bundle.is_empty() {
            let what = format!(
                "'{}.sig' is no signature of yours: yours is {member}.sig",
                text::plain(stem, 40)
            );
            return Err(Refused(what, now));
        }
        let (bytes, record) = self.record().map_err(|what| Refused(what, now))?;
        let present = record.present.iter().any(|present| present == member);
        if !present && !record.facts.contains_key(facts::ABORTED) {
            let what = "whoever was not present signs only the record of an event that ended early";
            return Err(Refused(what.into(), now));
        }
        self.check_signature(&bytes)
            .map_err(|why| Refused(format!("{member}.sig is refused: {why}"), MAKE_AGAIN))?;
        let folder = self.desk.event.leaves.join(COUNTERSIGNATURES);
        files::make_folder(&folder).map_err(trouble)?;
        let path = folder.join(format!("{member}.sig"));
        self.demand_no_other(&path, self.signed.signature.as_bytes())?;
        let is_new = !path.exists();
        self.lay(&path, self.signed.signature.as_bytes())?;
        let said = format!("Taken: your signature of the record lies in {COUNTERSIGNATURES}/{member}.sig.");
        Ok((vec![said], is_new))
    }

    fn demand_no_other(&self, path: &Path, bytes: &[u8]) -> Result<(), Refused> {
        let other = match files::read_if_there(path, bytes.len()) {
            Ok(found) => found.is_some_and(|found| found != bytes),
            // Longer, or no file: another in any case.
            Err(_) => true,
        };
        let name = path.file_name().unwrap_or_default().display();
        match other {
            false => Ok(()),
            true => Err(Refused(
                format!("another {name} of yours lies there already, and nothing is replaced"),
                "if it is not the right one, the operator takes it away; then give yours again",
            )),
        }
    }

    fn lay(&self, path: &Path, bytes: &[u8]) -> Result<(), Refused> {
        files::write_once(path, bytes).map_err(trouble)
    }
}

/// The console's own trouble is nobody's business but the operator's.
fn trouble(error: Error) -> Refused {
    tracing::warn!(%error, "a member's file could not be written");
    Refused(
        "the console could not write it down".into(),
        "tell the operator, and give it as a file on a medium",
    )
}

const MAKE_AGAIN: &str =
    "make it again on your own machine, from what `get` gives, and give file and signature together";
/// No member's bundle is larger: an approval of a full window has about 30 KB.
const LARGEST_BUNDLE: usize = 1024 * 1024;
/// No SSHSIG file is larger.
const LARGEST_SIGNATURE: usize = 16 * 1024;
/// Where the publisher takes them from, in the outbound folder.
pub const COUNTERSIGNATURES: &str = "countersignatures";
