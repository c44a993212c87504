//! What a drafter knows: the times of the event, what was set, and the inputs that are there, each read once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use record::plan::{Kind, NEXT_POLICY, NEXT_ROSTER, POLICY, ROSTER, STANDING};
use record::policy::{DelegateRule, Keeper, SubkeyRule};
use record::{Bundle, Policy, Roster, Standing, Time, cbor, text};
use x509::{Certificate, Crl};

use super::hints;
use crate::error::Error;
use crate::files;

/// What fills a template's holes.
pub struct Known<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) set: BTreeMap<&'a str, &'a str>,
    pub(super) asked: RefCell<BTreeSet<String>>,
    pub(super) standing: Option<Standing>,
    pub(super) policy: Option<Policy>,
    pub(super) next_policy: Option<Policy>,
    pub(super) roster: Option<Roster>,
    pub(super) next_roster: Option<Roster>,
    /// Every certificate that stands, by its stem.
    pub(super) certificates: BTreeMap<String, Certificate>,
    /// The newest CRL of each issuer.
    pub(super) crls: Vec<Crl>,
}

/// What the call says.
pub struct Call<'a> {
    /// Which ceremony script.
    pub kind: Kind,
    /// The event's name.
    pub event: &'a str,
    /// Whether the plan is a rehearsal's.
    pub rehearsal: bool,
    /// When the event may begin.
    pub opens: Time,
    /// When it must have ended.
    pub closes: Time,
    /// Where the inputs are.
    pub folder: &'a Path,
    /// What only the drafter knows.
    pub set: &'a [(String, String)],
}

impl<'a> Known<'a> {
    /// Reads what is there.
    pub fn read(call: &'a Call<'a>) -> Result<Self, Error> {
        let mut known = Self {
            call,
            set: call
                .set
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect(),
            asked: RefCell::default(),
            standing: None,
            policy: None,
            next_policy: None,
            roster: None,
            next_roster: None,
            certificates: BTreeMap::new(),
            crls: Vec::new(),
        };
        let rehearsal = call.rehearsal;
        known.policy = known.parsed(POLICY, Policy::parse)?;
        known.next_policy = known.parsed(NEXT_POLICY, Policy::parse)?;
        known.roster = known.parsed(ROSTER, |bytes| Roster::open(bytes, rehearsal))?;
        known.next_roster = known.parsed(NEXT_ROSTER, |bytes| Roster::open(bytes, rehearsal))?;
        known.standing = known.parsed(STANDING, |bytes| Bundle::decode_marked(bytes, rehearsal))?;
        known.read_standing()?;
        known.check_settings()?;
        Ok(known)
    }

    fn parsed<T>(&self, name: &str, parse: impl Fn(&[u8]) -> Result<T, record::Error>) -> Result<Option<T>, Error> {
        let path = self.call.folder.join(name);
        let bytes = files::read_if_there(&path, cbor::BUNDLE_LIMIT)?;
        let parsed = bytes.map(|bytes| parse(&bytes)).transpose();
        parsed.map_err(|cause| Error::input(path.display().to_string(), cause))
    }

    fn read_standing(&mut self) -> Result<(), Error> {
        let Some(standing) = &self.standing else {
            return Ok(());
        };
        let bad = |what: String| {
            Error::input(
                STANDING,
                record::Error::Invalid {
                    file: "standing.cbor",
                    what,
                },
            )
        };
        for one in &standing.certificates {
            let read =
                Certificate::parse(&one.der).map_err(|e| bad(format!("{}: {e}", text::plain(&one.stem(), 63))))?;
            self.certificates.insert(one.stem(), read);
        }
        for one in &standing.crls {
            let read = Crl::parse(&one.der);
            let read = read.map_err(|e| bad(format!("the CRL of {}: {e}", text::plain(&one.issuer, 63))))?;
            self.crls.push(read);
        }
        Ok(())
    }

    /// What stands.
    pub fn standing(&self) -> Result<&Standing, Error> {
        self.standing
            .as_ref()
            .ok_or_else(|| hints::missing(self.call.folder, STANDING))
    }

    /// What stands, if anything does.
    pub fn standing_if_any(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// The policy that certificates follow.
    pub fn issuing_policy(&self) -> Result<&Policy, Error> {
        let found = self.next_policy.as_ref().or(self.policy.as_ref());
        found.ok_or_else(|| hints::missing(self.call.folder, POLICY))
    }

    /// The rosters of now and of after the event.
    pub fn rosters(&self) -> Result<(&Roster, &Roster), Error> {
        let roster = self
            .roster
            .as_ref()
            .ok_or_else(|| hints::missing(self.call.folder, ROSTER))?;
        let next = self.next_roster.as_ref();
        Ok((
            roster,
            next.ok_or_else(|| hints::missing(self.call.folder, NEXT_ROSTER))?,
        ))
    }

    /// A delegate's rule.
    pub fn delegate(&self, name: &str) -> Result<&DelegateRule, Error> {
        self.issuing_policy()?.delegate(name).ok_or_else(|| Error::Usage {
            what: format!("the policy has no delegate '{}'", text::plain(name, 63)),
            hint: "name one that it has; a new one comes with a next-policy.toml, one version higher, in the folder"
                .into(),
        })
    }

    /// The rule for a subkey: the one that was set, or the only one of its delegate.
    pub fn subkey_rule(&self, name: &str) -> Result<&SubkeyRule, Error> {
        let policy = self.issuing_policy()?;
        let here = |rule: &&SubkeyRule| {
            let delegate = policy.delegate(&rule.delegate);
            delegate.is_some_and(|delegate| delegate.keeper == Keeper::Hsm)
        };
        let named = |rule: &&SubkeyRule| name.starts_with(&format!("{}-", rule.delegate));
        let set = self.set("rule");
        let of_name = |rule: &&SubkeyRule| set.as_ref().is_none_or(|set| rule.name == *set);
        let fits: Vec<_> = policy
            .subkey
            .iter()
            .filter(here)
            .filter(named)
            .filter(of_name)
            .collect();
        match fits[..] {
            [rule] => Ok(rule),
            [] => Err(Error::Usage {
                what: format!("no rule of the policy fits the subkey '{}'", text::plain(name, 63)),
                hint: "a subkey's request is called like its delegate, which is kept in this HSM, and something: \
                       bors-rust.csr"
                    .into(),
            }),
            _ => Err(Error::Usage {
                what: format!("several rules of the policy fit the subkey '{}'", text::plain(name, 63)),
                hint: "say which with `--set rule=...`".into(),
            }),
        }
    }
}
