//! Anchors: the roots that somebody chose to trust, for which purposes, and the logs that they believe.

use std::fmt;

use tlog::Policy;
use x509::{Certificate, Oid};

use crate::mark::{DOCUMENTATION_ARC, is_beneath, is_rehearsal};
use crate::origin;
use crate::verified::Realm;

/// What a relying party believes from the beginning: the public roots, and private registries' beside them.
///
/// Which roots are asked follows from the purpose alone. Arcs never overlap, so there is one answer, and a private root is
/// not even looked at for a purpose under the public arc, whatever its certificates say.
#[derive(Clone, Debug)]
pub struct Anchors {
    public: Anchor,
    private: Vec<Anchor>,
    rehearsal: bool,
}

/// A private registry's own roots.
#[derive(Clone, Debug)]
pub struct Private {
    /// What people call it.
    pub name: String,
    /// Its roots: two while one takes the other's place.
    pub roots: Vec<Certificate>,
    /// The arc of its purposes, its own: outside of the public one and of every other registry's.
    pub arc: Oid,
    /// The logs that it is to be found in; without them nothing is asked of any log.
    pub log_policy: Option<Policy>,
}

/// The roots of one arc.
#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    pub realm: Realm,
    pub roots: Vec<Certificate>,
    pub arc: Oid,
    pub log_policy: Option<Policy>,
}

impl Anchors {
    /// The public roots: two while one takes the other's place.
    ///
    /// # Errors
    /// No root or what is none, a rehearsal's, or a log policy that no witness stands behind or that leaves an old log open.
    pub fn new(roots: Vec<Certificate>, arc: Oid, log_policy: Policy) -> Result<Self, BadAnchors> {
        match log_policy.has_witnesses() {
            true => Self::with_mark(roots, arc, log_policy, false),
            false => Err(BadAnchors::NoWitnesses),
        }
    }

    /// The roots of a rehearsal, for tests. Everything outside rehearsals is refused then.
    ///
    /// # Errors
    /// As [`Anchors::new`], but witnesses are not asked for, and the mark is.
    pub fn rehearsal(roots: Vec<Certificate>, arc: Oid, log_policy: Policy) -> Result<Self, BadAnchors> {
        Self::with_mark(roots, arc, log_policy, true)
    }

    fn with_mark(roots: Vec<Certificate>, arc: Oid, log_policy: Policy, rehearsal: bool) -> Result<Self, BadAnchors> {
        let public = Anchor {
            realm: Realm::Public,
            roots,
            arc,
            log_policy: Some(log_policy),
        };
        public.check()?;
        let marked = public.roots.iter().all(|root| is_rehearsal(root) == rehearsal);
        if !marked || is_beneath(&arc, &DOCUMENTATION_ARC) != rehearsal {
            return Err(BadAnchors::Mark { rehearsal });
        }
        Ok(Self {
            public,
            private: Vec::new(),
            rehearsal,
        })
    }

    /// Adds a private registry.
    ///
    /// # Errors
    /// No root or what is none, a key that another registry or the Project has too, an arc that overlaps with another, a log
    /// policy that leaves an old log open, and outside rehearsals a rehearsal's.
    pub fn with_private(mut self, private: Private) -> Result<Self, BadAnchors> {
        let Private {
            name,
            roots,
            arc,
            log_policy,
        } = private;
        let anchor = Anchor {
            realm: Realm::Private(name),
            roots,
            arc,
            log_policy,
        };
        anchor.check()?;
        self.all().try_for_each(|other| anchor.demand_apart(other))?;
        let marked = anchor.roots.iter().any(is_rehearsal) || is_beneath(&arc, &DOCUMENTATION_ARC);
        if marked && !self.rehearsal {
            return Err(BadAnchors::Mark { rehearsal: false });
        }
        self.private.push(anchor);
        Ok(self)
    }

    /// Whether they are a rehearsal's.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// Who may answer for a purpose: one, since arcs do not overlap.
    pub(crate) fn of(&self, purpose: &Oid) -> Option<&Anchor> {
        self.all().find(|anchor| is_beneath(purpose, &anchor.arc.arcs()))
    }

    fn all(&self) -> impl Iterator<Item = &Anchor> {
        [&self.public].into_iter().chain(&self.private)
    }
}

impl Anchor {
    fn check(&self) -> Result<(), BadAnchors> {
        let bad = |root: &&Certificate| {
            let tbs = root.tbs();
            tbs.subject() != tbs.issuer() || !tbs.is_ca() || root.verified_by(tbs.public_key()).is_err()
        };
        match (self.roots.is_empty(), self.roots.iter().find(bad)) {
            (true, _) => Err(BadAnchors::NoRoot),
            (_, Some(root)) => Err(BadAnchors::NotARoot {
                subject: root.tbs().subject().to_string(),
            }),
            _ => self.log_policy.as_ref().map_or(Ok(()), demand_ended),
        }
    }

    fn demand_apart(&self, other: &Self) -> Result<(), BadAnchors> {
        let (ours, theirs) = (self.arc.arcs(), other.arc.arcs());
        if ours.starts_with(&theirs) || theirs.starts_with(&ours) {
            return Err(BadAnchors::Overlap {
                arc: self.arc,
                other: other.arc,
                of: other.realm.clone(),
            });
        }
        let key = |root: &Certificate| root.tbs().public_key().fingerprint();
        let shared = |root: &&Certificate| other.roots.iter().any(|theirs| key(theirs) == key(root));
        match self.roots.iter().find(shared) {
            None => Ok(()),
            Some(root) => Err(BadAnchors::SharedKey {
                subject: root.tbs().subject().to_string(),
                of: other.realm.clone(),
            }),
        }
    }
}

/// A log that another follows has ended: its key was lost or stolen, and counts for nothing after that.
fn demand_ended(policy: &Policy) -> Result<(), BadAnchors> {
    let names = || policy.logs().iter().map(|log| log.key.name());
    let open = |name: &&str| {
        let ended = policy.frozen().iter().any(|last| last.origin() == *name);
        !ended && names().any(|later| origin::follows(later, name))
    };
    match names().find(open) {
        Some(name) => Err(BadAnchors::OpenLog { origin: name.into() }),
        None => Ok(()),
    }
}

/// Anchors that nobody should start with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadAnchors {
    /// No root was given.
    NoRoot,
    /// A certificate that is no root.
    NotARoot {
        /// Its subject.
        subject: String,
    },
    /// A log policy by which no witness needs to have seen anything.
    NoWitnesses,
    /// A log that another one follows, and the log policy does not say where it ended.
    OpenLog {
        /// Its origin.
        origin: String,
    },
    /// A root or arc of a rehearsal where there must be none, or the other way round.
    Mark {
        /// Whether they must be a rehearsal's.
        rehearsal: bool,
    },
    /// An arc that lies in another, holds it, or is the same.
    Overlap {
        /// The arc.
        arc: Oid,
        /// The other.
        other: Oid,
        /// Whose that is.
        of: Realm,
    },
    /// A root whose key is another's.
    SharedKey {
        /// The root's subject.
        subject: String,
        /// Who has the key too.
        of: Realm,
    },
}

impl fmt::Display for BadAnchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoot => f.write_str("no root certificate was given"),
            Self::NotARoot { subject } => write!(f, "the certificate of '{subject}' is not a root's"),
            Self::NoWitnesses => f.write_str("by the log policy no witness needs to have seen the log"),
            Self::OpenLog { origin } => {
                write!(
                    f,
                    "the log policy names a log after {origin}, and does not say where {origin} ended"
                )
            }
            Self::Mark { rehearsal: false } => {
                f.write_str("these are a rehearsal's: nothing under them may be relied on")
            }
            Self::Mark { rehearsal: true } => f.write_str("a rehearsal was asked for, and these are not a rehearsal's"),
            Self::Overlap { arc, other, of } => {
                write!(f, "the purposes under {arc} overlap with those of {of}, {other}")
            }
            Self::SharedKey { subject, of } => write!(f, "the root '{subject}' has a key of {of}"),
        }
    }
}

impl std::error::Error for BadAnchors {}
