//! What a drafter knows: the times of the event, what was set, and the inputs that are there, each read once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use record::plan::{Kind, NEXT_POLICY, NEXT_ROSTER, POLICY, ROSTER, STANDING};
use record::policy::{DelegateRule, Keeper, SubkeyRule};
use record::{Bundle, Policy, Roster, Standing, Time, cbor, text};
use x509::{Certificate, Crl};

use super::template::{Setting, settings};
use super::{hints, scripts};
use crate::error::Error;
use crate::files;

/// What fills a template's holes.
pub struct Known<'a> {
    pub kind: Kind,
    pub event: &'a str,
    pub rehearsal: bool,
    pub opens: Time,
    pub closes: Time,
    pub folder: &'a Path,
    set: BTreeMap<&'a str, &'a str>,
    asked: RefCell<BTreeSet<String>>,
    standing: Option<Standing>,
    policy: Option<Policy>,
    next_policy: Option<Policy>,
    roster: Option<Roster>,
    next_roster: Option<Roster>,
    /// Every certificate that stands, by its stem.
    certificates: BTreeMap<String, Certificate>,
    /// The newest CRL of each issuer.
    crls: Vec<Crl>,
}

/// What the call says.
pub struct Call<'a> {
    pub kind: Kind,
    pub event: &'a str,
    pub rehearsal: bool,
    pub opens: Time,
    pub closes: Time,
    pub folder: &'a Path,
    pub set: &'a [(String, String)],
}

impl<'a> Known<'a> {
    /// Reads what is there.
    pub fn read(call: &Call<'a>) -> Result<Self, Error> {
        let mut known = Self {
            kind: call.kind,
            event: call.event,
            rehearsal: call.rehearsal,
            opens: call.opens,
            closes: call.closes,
            folder: call.folder,
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
        let path = self.folder.join(name);
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

    /// What the scripts say of a name that `--set` gives: this one, and the one that a drill is of.
    fn settings(&self) -> Vec<Setting<'static>> {
        let of = self.set.get("of").and_then(|of| Kind::from_name(of));
        let kinds = [Some(self.kind), of.filter(|_| self.kind == Kind::Drill)];
        kinds
            .into_iter()
            .flatten()
            .flat_map(|kind| settings(scripts::template(kind)))
            .collect()
    }

    /// Checks what was given: known words, with values that there are.
    fn check_settings(&self) -> Result<(), Error> {
        let known = self.settings();
        for (name, value) in &self.set {
            let Some(setting) = known.iter().find(|one| one.name == *name) else {
                continue;
            };
            if !setting.choices.is_empty() && !setting.choices.contains(value) {
                return Err(Error::Usage {
                    what: format!("'{}' is not a value for '{name}'", text::plain(value, 40)),
                    hint: format!("{}: {}", setting.about, setting.choices.join(", ")),
                });
            }
        }
        Ok(())
    }

    /// What was given and has no use: a slip of the pen, most likely.
    ///
    /// # Errors
    /// There is something like that.
    pub fn check_all_used(&self) -> Result<(), Error> {
        let asked = self.asked.borrow();
        let Some(name) = self.set.keys().find(|name| !asked.contains(**name)) else {
            return Ok(());
        };
        let known: Vec<_> = self.settings().into_iter().map(|setting| setting.name).collect();
        Err(Error::Usage {
            what: format!("the script {} has no use for '{}'", self.kind, text::plain(name, 40)),
            hint: match known.is_empty() {
                true => "leave it out: the script wants nothing to be set".into(),
                false => format!("it knows: {}", known.join(", ")),
            },
        })
    }

    /// What was given with `--set`.
    pub fn set(&self, name: &str) -> Option<String> {
        self.asked.borrow_mut().insert(name.to_owned());
        self.set.get(name).map(|value| (*value).to_owned())
    }

    /// The same, where the script cannot do without it.
    pub fn wanted(&self, name: &str) -> Result<String, Error> {
        self.set(name).ok_or_else(|| {
            let own = |setting: &Setting<'_>| name == setting.name || name.starts_with(&format!("{}-", setting.name));
            let setting = self.settings().into_iter().find(own);
            let about = setting.map_or_else(String::new, |setting| match setting.choices.is_empty() {
                true => format!(": {}", setting.about),
                false => format!(": {}; one of {}", setting.about, setting.choices.join(", ")),
            });
            Error::Usage {
                what: format!("the script {} wants to know '{name}'", self.kind),
                hint: format!("say it with `--set {name}=...`{about}"),
            }
        })
    }

    /// What stands.
    pub fn standing(&self) -> Result<&Standing, Error> {
        self.standing
            .as_ref()
            .ok_or_else(|| hints::missing(self.folder, STANDING))
    }

    /// What stands, if anything does.
    pub fn standing_if_any(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// The policy that certificates follow.
    pub fn issuing_policy(&self) -> Result<&Policy, Error> {
        let found = self.next_policy.as_ref().or(self.policy.as_ref());
        found.ok_or_else(|| hints::missing(self.folder, POLICY))
    }

    /// The rosters of now and of after the event.
    pub fn rosters(&self) -> Result<(&Roster, &Roster), Error> {
        let roster = self
            .roster
            .as_ref()
            .ok_or_else(|| hints::missing(self.folder, ROSTER))?;
        let next = self.next_roster.as_ref();
        Ok((roster, next.ok_or_else(|| hints::missing(self.folder, NEXT_ROSTER))?))
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

    /// The certificate of this stem, or the newest of this name.
    pub fn certificate(&self, name: &str) -> Result<(String, &Certificate), Error> {
        let newest = || {
            self.standing
                .as_ref()?
                .newest(name)
                .map(record::standing::StandingCertificate::stem)
        };
        let stem = match self.certificates.contains_key(name) {
            true => Some(name.to_owned()),
            false => newest(),
        };
        let found = stem.and_then(|stem| self.certificates.get(&stem).map(|one| (stem, one)));
        found.ok_or_else(|| match self.standing() {
            Err(missing) => missing,
            Ok(_) => Error::Usage {
                what: format!("no certificate '{}' stands", text::plain(name, 63)),
                hint: format!("there are: {}", self.stems().collect::<Vec<_>>().join(", ")),
            },
        })
    }

    /// The stems of all certificates.
    pub fn stems(&self) -> impl Iterator<Item = &str> {
        self.certificates.keys().map(String::as_str)
    }

    /// The last moment of a certificate.
    pub fn end_of(&self, name: &str) -> Result<Time, Error> {
        let seconds = self.certificate(name)?.1.tbs().not_after().0;
        Ok(Time(u64::try_from(seconds).unwrap_or(0)))
    }

    /// The stem of the key in this HSM that signed a certificate.
    pub fn issuer_of(&self, stem: &str) -> Option<&str> {
        let tbs = self.certificates.get(stem)?.tbs();
        let signed = |(_, one): &(&String, &Certificate)| {
            one.tbs().subject() == tbs.issuer() && tbs.authority_key_id() == Some(&one.tbs().public_key().key_id()[..])
        };
        let mut found = self.certificates.iter().filter(signed);
        let here = |issuer: &String| {
            self.standing
                .as_ref()
                .is_some_and(|standing| standing.key(issuer).is_some())
        };
        found
            .find(|(issuer, _)| here(issuer))
            .map(|(issuer, _)| issuer.as_str())
    }

    /// Whether a certificate's issuer has revoked it.
    pub fn is_revoked(&self, stem: &str) -> bool {
        let Some(tbs) = self.certificates.get(stem).map(Certificate::tbs) else {
            return false;
        };
        self.crls.iter().any(|crl| {
            let own =
                Some(crl.tbs().authority_key_id()) == tbs.authority_key_id() && crl.tbs().issuer() == tbs.issuer();
            own && crl.tbs().entry(tbs.serial()).is_some()
        })
    }

    /// Whether a certificate has ended when the event has.
    pub fn has_ended(&self, stem: &str) -> bool {
        self.end_of(stem).is_ok_and(|end| end <= self.closes)
    }
}
