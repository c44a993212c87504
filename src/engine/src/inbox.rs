//! Members' bundles: awaited, read with bounds, and checked against the roster before anything else sees them.

use std::path::{Path, PathBuf};

use record::journal::What;
use record::screen::Shown;
use record::{Body, Digest, Roster, Signed, cbor};

use crate::console::Console;
use crate::error::Error;
use crate::files;

/// Where bundles come in, and whose they may be.
#[derive(Clone)]
pub struct Inbox<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// Where the bundles are instead, if they are those of a past event.
    pub past: Option<&'a dyn Past>,
    /// The members.
    pub roster: &'a Roster,
    /// The mark that the bundles must have.
    pub rehearsal: bool,
}

/// What a past event took from outside.
pub trait Past {
    /// What was taken next, if it is of this kind.
    fn taken(&self, kind: &str) -> Taken;
    /// The digest of the hand-over that was written next, if that comes next.
    fn handed_over(&self) -> Option<Digest>;
    /// Whether the run left the HSM here: what it had begun came to nothing.
    fn leaves(&self) -> bool;
    /// What the system said next of boots or logins.
    fn system(&self) -> Option<What>;
    /// Who came to the consoles of several people or left, or that these were opened, if that comes next.
    fn visit(&self) -> Option<What>;
    /// Why the run ended the event, if that comes next.
    fn ends(&self) -> Option<String>;
}

/// What was taken in a past event.
pub struct Taken {
    /// The bundles, in order.
    pub bundles: Vec<Signed>,
    /// Whether enough of them were there; else the run ended before.
    pub enough: bool,
}

/// What is awaited.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The stem of the files' names: `approval-1` for `approval-1-member-3.cbor`.
    pub stem: String,
    /// The file that members answer.
    pub request: Option<PathBuf>,
    /// Who may answer.
    pub members: Vec<String>,
    /// How many must.
    pub needed: usize,
}

impl Wanted {
    /// As people see it.
    pub fn shown(&self) -> Shown {
        Shown::Waiting {
            kind: self.stem.clone(),
            request: self.request.as_ref().map(|path| path.display().to_string()),
            members: self.members.clone(),
            needed: u32::try_from(self.needed).unwrap_or(u32::MAX),
        }
    }

    /// The error while fewer have answered, by their number.
    pub fn short(&self) -> impl Fn(usize) -> Error + use<> {
        let (kind, needed) = (self.stem.clone(), self.needed);
        move |found| Error::Short {
            kind: kind.clone(),
            found,
            needed,
        }
    }
}

impl Inbox<'_> {
    /// Waits until enough good bundles are there. `check` sees each and says what is wrong with it; `short` makes the
    /// error for too few; `wait` says whether standard input goes on.
    ///
    /// A bad bundle is named and nothing is taken; people mend it and press Enter. The end of standard input ends the
    /// run with the last error.
    pub fn gather<B: Body>(
        &self,
        console: &mut Console,
        wanted: &Wanted,
        short: impl Fn(usize) -> Error,
        wait: impl Fn(&mut Console) -> Result<bool, Error>,
        check: impl Fn(&str, &B) -> Result<(), String>,
    ) -> Result<Vec<Signed>, Error> {
        if let Some(past) = self.past {
            return self.taken_then(past, wanted, short, check);
        }
        let shown = wanted.shown();
        let mut last = short(0);
        loop {
            console.show(&shown);
            if !wait(console)? {
                return Err(last);
            }
            match self.offered(wanted, &check) {
                Ok(taken) if taken.len() >= wanted.needed => return Ok(taken),
                Ok(taken) => last = short(taken.len()),
                Err(error) => last = error,
            }
            console.refuse(&last);
        }
    }

    /// What is there now, without waiting. A bad bundle is an error, and nothing is taken.
    pub fn there<B: Body>(
        &self,
        wanted: &Wanted,
        check: impl Fn(&str, &B) -> Result<(), String>,
    ) -> Result<Vec<Signed>, Error> {
        match self.past {
            None => self.offered(wanted, &check),
            Some(past) => {
                let anybody = Wanted {
                    needed: 0,
                    ..wanted.clone()
                };
                self.taken_then(past, &anybody, |_| Error::TokensExpired, check)
            }
        }
    }

    /// What a past event took here, judged once more.
    fn taken_then<B: Body>(
        &self,
        past: &dyn Past,
        wanted: &Wanted,
        short: impl Fn(usize) -> Error,
        check: impl Fn(&str, &B) -> Result<(), String>,
    ) -> Result<Vec<Signed>, Error> {
        let Taken { bundles, enough } = past.taken(B::TYPE);
        for signed in &bundles {
            let refused = |what: String| Error::Offered {
                member: signed.member.clone(),
                kind: B::TYPE,
                what,
            };
            if !wanted.members.contains(&signed.member) {
                return Err(refused("nobody awaited it".into()));
            }
            self.judged(signed, &check).map_err(refused)?;
        }
        match bundles.len() < wanted.needed && (enough || bundles.is_empty()) {
            true => Err(short(bundles.len())),
            false => Ok(bundles),
        }
    }

    /// Reads what lies in the folder, in the order of the members.
    fn offered<B: Body>(
        &self,
        wanted: &Wanted,
        check: &impl Fn(&str, &B) -> Result<(), String>,
    ) -> Result<Vec<Signed>, Error> {
        let mut taken = Vec::new();
        for member in &wanted.members {
            let path = self.folder.join(format!("{}-{member}.cbor", wanted.stem));
            let Some(bundle) = files::read_if_there(&path, cbor::BUNDLE_LIMIT)? else {
                continue;
            };
            taken.push(self.checked(member, &path, bundle, check)?);
        }
        Ok(taken)
    }

    /// Every good bundle that lies in the folder; what is not good, or not there, is passed over.
    pub fn good<B: Body>(
        &self,
        stem: &str,
        members: &[String],
        check: impl Fn(&str, &B) -> Result<(), String>,
    ) -> Vec<Signed> {
        if let Some(past) = self.past {
            let mut bundles = past.taken(B::TYPE).bundles;
            bundles.retain(|signed| members.contains(&signed.member) && self.judged(signed, &check).is_ok());
            return bundles;
        }
        let one = |member: &String| {
            let path = self.folder.join(format!("{stem}-{member}.cbor"));
            let bundle = files::read_if_there(&path, cbor::BUNDLE_LIMIT).ok()??;
            self.checked(member, &path, bundle, &check).ok()
        };
        members.iter().filter_map(one).collect()
    }

    fn checked<B: Body>(
        &self,
        member: &str,
        path: &Path,
        bundle: Vec<u8>,
        check: &impl Fn(&str, &B) -> Result<(), String>,
    ) -> Result<Signed, Error> {
        let refused = |what: String| Error::Offered {
            member: member.to_owned(),
            kind: B::TYPE,
            what,
        };
        let beside = path.with_extension("cbor.sig");
        let signature = files::read_if_there(&beside, SIGNATURE_LIMIT)?.and_then(|bytes| String::from_utf8(bytes).ok());
        let signature = signature.ok_or_else(|| refused(format!("there is no signature in {}", beside.display())))?;
        let signed = Signed {
            bundle: bundle.into(),
            signature,
            member: member.to_owned(),
        };
        self.judged(&signed, check).map_err(refused)?;
        Ok(signed)
    }

    fn judged<B: Body>(&self, signed: &Signed, check: &impl Fn(&str, &B) -> Result<(), String>) -> Result<(), String> {
        let body: B = signed
            .open(self.roster, self.rehearsal)
            .map_err(|cause| cause.to_string())?;
        check(&signed.member, &body)
    }
}

/// One field of a bundle must be what it is here.
pub fn same<T: PartialEq + ?Sized>(field: &str, found: &T, wanted: &T) -> Result<(), String> {
    match found == wanted {
        true => Ok(()),
        false => Err(format!("it is for another {field}")),
    }
}

/// No SSHSIG file is larger.
const SIGNATURE_LIMIT: usize = 16 * 1024;
