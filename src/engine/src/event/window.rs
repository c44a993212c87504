//! A window: tokens minted, approvals gathered, signatures made, all within one login and ten minutes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hsm::{Approved, KeyInfo, Role, Service, Token};
use issue::derive::Derived;
use record::journal::What;
use record::messages::{ApprovalRequest, Boot, TokenRequest};
use record::screen::Shown;
use record::{Body as _, Bundle, Bytes, Digest, messages};

use super::Event;
use super::approvals::Request;
use super::proof::{Frozen, Signed};
use super::stages::At;
use crate::console::Console;
use crate::error::Error;
use crate::files;
use crate::inbox::{Inbox, Wanted};
use crate::plan::budget::{self, TOKEN_LIFE};

/// A token with what it is for.
pub(super) struct Minted<'a> {
    pub derived: &'a Derived,
    key: KeyInfo,
    pub token: Token,
}

impl Event {
    /// Signs everything that is not signed yet, in one window.
    pub(super) fn sign_under_quorum(&mut self, frozen: Frozen) -> Result<Signed, Error> {
        self.have_signatures(frozen.things())?;
        Signed::of(&self.progress(), frozen)
    }

    fn have_signatures(&mut self, derived: &[Derived]) -> Result<(), Error> {
        self.begin_stage(&At::Tokens);
        self.settle_open_actions(derived)?;
        let progress = self.progress();
        let unsigned = |one: &&Derived| !progress.signatures.contains_key(&one.step);
        let left: Vec<&Derived> = derived.iter().filter(unsigned).collect();
        if left.is_empty() {
            self.console
                .say("Everything is signed; the signatures are in the journal.");
            return Ok(());
        }
        for window in left.chunks(budget::tokens_in_a_window(self.habits)) {
            self.login_owner()?;
            let outcome = self.hold_window(window);
            // What was signed is in the journal, whatever happens to the session now.
            self.leave();
            outcome?;
        }
        Ok(())
    }

    fn hold_window(&mut self, left: &[&Derived]) -> Result<(), Error> {
        super::begin::check_window(&self.inbound, &self.clock)?;
        let begun = Instant::now();
        let minted = self.mint(left)?;
        let owner = self.inbound.plan.hsm.owner.clone();
        let request = self.request(&owner, minted.iter().map(token_request).collect(), "signature")?;
        let of = |minted: &Minted<'_>| usize::from(self.inbound.threshold_of(&minted.derived.issuer));
        let threshold = minted.iter().map(of).max().unwrap_or(self.threshold());
        let end = begun + Duration::from_secs(TOKEN_LIFE);
        self.begin_stage(&At::Approve(1));
        self.gather_approvals(&request, end, (threshold, self.members()))?;
        self.begin_stage(&At::Sign(1));
        for (number, minted) in minted.iter().enumerate() {
            if self.clock.is_over(end) {
                return Err(Error::TokensExpired);
            }
            let threshold = usize::from(self.inbound.threshold_of(&minted.derived.issuer));
            let approved = self.approved(&request, &minted.token, threshold)?;
            let key = self.key_now(&minted.derived.issuer)?;
            let spent = self.spend(minted.derived, &key, &approved);
            spent.map_err(|error| match error {
                // The same members, the same login: it may be that one use has spent the others too.
                Error::Hsm(cause @ hsm::Error::ApprovalRefused) if number > 0 => {
                    Error::NextRefused { cause: Box::new(cause) }
                }
                other => other,
            })?;
        }
        Ok(())
    }

    pub(super) fn mint<'a>(&mut self, left: &[&'a Derived]) -> Result<Vec<Minted<'a>>, Error> {
        let mut minted = Vec::new();
        for derived in left.iter().copied() {
            let key = self.key_now(&derived.issuer)?;
            let token = self.hsm.mint(Service::KeyUsage, Some(&key))?;
            minted.push(Minted { derived, key, token });
        }
        Ok(minted)
    }

    /// Asks the members to approve tokens that a user of the HSM minted; `what` is what each is for.
    pub(super) fn request(&mut self, requester: &str, tokens: Vec<TokenRequest>, what: &str) -> Result<Request, Error> {
        let opened = self.opened()?;
        let progress = self.progress();
        let window = u32::try_from(progress.requests.len()).unwrap_or(u32::MAX) + 1;
        let body = ApprovalRequest {
            event: self.inbound.plan.event.clone(),
            plan: self.inbound.digest,
            image: opened.image,
            boot: Boot::Unproven,
            session: opened.session,
            window,
            requester: requester.to_owned(),
            keys: progress
                .keys
                .iter()
                .map(|(name, record)| (name.clone(), record.public_key.clone()))
                .collect(),
            tokens,
            at: self.clock.now(),
        };
        let bytes = self.bundle(body.clone())?;
        let digest = Digest::of(&bytes);
        self.write(What::Requested {
            request: Bytes(bytes.clone()),
        })?;
        files::write_new(&self.request_path(window), &bytes)?;
        self.console.say(match body.tokens.len() {
            1 => format!("1 token is minted; it is for one {what}."),
            n => format!("{n} tokens are minted; each is for one {what}."),
        });
        self.console.show(&Shown::digest("approval request", &digest));
        Ok(Request { digest, body })
    }

    fn request_path(&self, window: u32) -> std::path::PathBuf {
        self.places.outbound.join(format!("approval-request-{window}.cbor"))
    }

    /// Gathers as many approvals as are needed, of those who can approve.
    pub(super) fn gather_approvals(
        &mut self,
        request: &Request,
        end: Instant,
        (threshold, members): (usize, Vec<String>),
    ) -> Result<(), Error> {
        let window = request.body.window;
        let tokens = u32::try_from(request.body.tokens.len()).unwrap_or(u32::MAX);
        self.console.show(&Shown::Countdown {
            seconds: end.saturating_duration_since(Instant::now()).as_secs(),
            tokens,
        });
        // Approvers are among those present (design, Attendance); anybody else's file is refused by name.
        let path = self.request_path(window);
        let wanted = Wanted {
            stem: format!("approval-{window}"),
            request: Some(path),
            members,
            needed: threshold,
        };
        let (progress, terms) = (self.progress(), self.terms()?);
        let short = |approved| Error::QuorumShort { approved, threshold };
        let wait = |console: &mut Console| console.wait_before(end, tokens);
        self.gather(wanted, &BTreeMap::new(), short, wait, |id, approval| {
            terms.approval(id, progress.begin.contains_key(id), request, approval)
        })
    }

    /// Takes approvals that came and were not used: of a window that ended short, or after the quorum was there. Their
    /// members demand that the record has every approval that they gave.
    pub(super) fn take_unused_approvals(&mut self) -> Result<(), Error> {
        let (progress, terms, members) = (self.progress(), self.terms()?, self.members());
        let (folder, roster, rehearsal) = (&self.places.inbound, &self.inbound.roster, self.rehearsal());
        let inbox = Inbox {
            folder,
            past: self.past.as_deref(),
            roster,
            rehearsal,
        };
        let mut unused = Vec::new();
        for request in progress.requests.iter().filter_map(|file| Request::read(file)) {
            let stem = format!("{}-{}", messages::Approval::TYPE, request.body.window);
            unused.extend(inbox.good(&stem, &members, |id, approval| {
                terms.approval(id, progress.begin.contains_key(id), &request, approval)
            }));
        }
        unused.retain(|signed| !progress.approvals.iter().any(|known| known.bundle == signed.bundle));
        for signed in unused {
            self.console.say(format!(
                "An approval of {} was not used; the record has it.",
                signed.member
            ));
            self.write(What::Received {
                kind: messages::Approval::TYPE.to_owned(),
                signed,
            })?;
        }
        Ok(())
    }

    /// The approvals for one token, exactly as many as the quorum needs: those first in the roster's order.
    pub(super) fn approved(&self, request: &Request, token: &Token, threshold: usize) -> Result<Approved, Error> {
        let mut approvals = Vec::new();
        for signed in &self.progress().approvals {
            let Ok(bundle) = Bundle::<messages::Approval>::decode(&signed.bundle) else {
                continue;
            };
            if self.has_refused(&signed.member) || bundle.body.request != request.digest || approvals.len() == threshold
            {
                continue;
            }
            let wanted = Digest(*token.digest());
            let consent = bundle.body.tokens.into_iter().find(|consent| consent.token == wanted);
            let member = self.inbound.roster.member(&signed.member);
            if let (Some(consent), Ok(member)) = (consent, member) {
                // Admins agree to what admins do, each with their admin key.
                let (user, role) = match token.service() {
                    Service::Admin(_) => (member.admin.clone(), Role::Admin),
                    Service::KeyUsage | Service::KeyManagement => (member.approver.clone(), Role::CryptoUser),
                };
                let signature = consent.signature.0;
                approvals.push(hsm::Approval { user, role, signature });
            }
        }
        // Where the HSM does not count, nobody else does.
        match approvals.len() == threshold {
            true => Ok(Approved::new(token.clone(), approvals)?),
            false => Err(Error::QuorumShort {
                approved: approvals.len(),
                threshold,
            }),
        }
    }
}

fn token_request(minted: &Minted<'_>) -> TokenRequest {
    TokenRequest {
        service: Service::KeyUsage.as_str().to_owned(),
        key: Some(minted.derived.issuer.clone()),
        key_reference: Some(minted.key.reference.clone()),
        approval_data: minted.token.approval_data().into(),
        token: Digest(*minted.token.digest()),
        action: minted.derived.action(),
    }
}
