//! `approve`: derive again what is to be signed, refuse every difference, show it, and sign each token once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use record::messages::{Approval, ApprovalRequest, KeyUse, TokenApproval};
use record::plan::{Inbound, Step};
use record::{Digest, Time};

use crate::boot::{self, Known};
use crate::earlier::{self, Earlier};
use crate::error::Error;
use crate::keys::Keys;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::window::{self, Allowed, Deed};
use crate::{clock, show, standing};

/// Checks and shows the request, asks once, and writes the approval.
///
/// # Errors
/// Any difference from what was reviewed and attended, a bad quote of what booted, an approval that may live still, a wrong
/// passphrase or PIN, or other words.
pub fn run(session: &mut Session, request: &Path, known: &Known, out: &Path) -> Result<(), Error> {
    let (bytes, request) = session.read::<ApprovalRequest>(request)?;
    let inbound = standing::reviewed(session, &request.plan, &request.event, session.now)?;
    standing::not_refused(session, &inbound.digest)?;
    let opening = standing::attended(session, &inbound)?;
    standing::same_run(&opening, &request.image, &request.session, "request")?;
    standing::event_open(session, &inbound)?;
    earlier::demand_not_ended(session, &opening)?;
    let boot = boot::check(session, &of_boot(&request), known)?;
    let (allowed, planned) = window::check(&request, &inbound, session.now)?;
    let digest = Digest::of(&bytes);
    let earlier = earlier::check(session, (&digest, request.at), &allowed)?;
    earlier::demand_same_keys(session, &request.plan, &planned)?;
    clock::demand_not_behind(session.now, request.at, "the console's request")?;
    let outbox = Outbox::claim(out, &format!("approval-{}-{}.cbor", request.window, session.id()))?;
    let asked = Asked {
        request: &request,
        inbound: &inbound,
        allowed: &allowed,
        earlier: &earlier,
        boot: &boot,
    };
    session.terminal.show(&asked.page(session.now))?;
    session.terminal.show(&show::spoken("request", &digest))?;
    let member = session.id().to_owned();
    let wanted: Vec<KeyUse> = match earlier {
        Earlier::Same(..) => Vec::new(),
        Earlier::Longer(_) => allowed.iter().map(|allowed| allowed.deed.approved_with()).collect(),
    };
    let mut keys = session.unlock(&wanted)?;
    session.terminal.confirm("request", &digest)?;
    boot.remember(session)?;
    if let Earlier::Same(approval, _) = earlier {
        return session.deliver(&mut keys, *approval, outbox);
    }
    let tokens = allowed
        .iter()
        .map(|allowed| consent(&mut keys, allowed))
        .collect::<Result<_, _>>()?;
    let ApprovalRequest {
        event,
        plan,
        image,
        session: run,
        ..
    } = request;
    let approval = Approval {
        event,
        plan,
        image,
        session: run,
        request: digest,
        member,
        tokens,
        at: session.now,
    };
    session.deliver(&mut keys, approval, outbox)
}

fn of_boot(request: &ApprovalRequest) -> boot::Said<'_> {
    boot::Said {
        boot: &request.boot,
        session: &request.session,
        plan: &request.plan,
        image: &request.image,
        at: request.at,
        was_there: true,
    }
}

/// The action's digest is the one derived here; the request's was compared with it.
fn consent(keys: &mut Keys, allowed: &Allowed) -> Result<TokenApproval, Error> {
    let signature = keys.sign_rsa(allowed.deed.approved_with(), &allowed.token)?.into();
    Ok(TokenApproval {
        token: allowed.token,
        action: allowed.deed.digest(),
        signature,
    })
}

/// What is shown of a request.
struct Asked<'a> {
    request: &'a ApprovalRequest,
    inbound: &'a Inbound,
    allowed: &'a [Allowed],
    earlier: &'a Earlier,
    boot: &'a boot::Checked,
}

impl Asked<'_> {
    fn page(&self, now: Time) -> Vec<String> {
        let mut page = self.top(now);
        page.extend(self.earlier.page());
        page.extend(uses(self.request, self.inbound, self.allowed));
        page.push(String::new());
        page.extend(show::meaning());
        for (number, one) in (1..).zip(self.allowed) {
            page.extend(self.action(number, one));
        }
        page.extend(show::part("What was checked here, on this machine"));
        page.extend(show::note(
            "All of this was derived again from the plan that you reviewed and from the public \
            keys above, and it is the same, to the octet and to the letter. Each token is the digest of its data, and is here once. For none of them \
            did you approve another token that lives by your clock.",
        ));
        page.extend(show::part("What nobody can check before"));
        page.extend(show::note(match self.inbound.plan.hsm.kind.has_users() {
            true => {
                "To the HSM a token is one use of a key, whatever is signed. What your approval is for \
                 stands in your signed answer and in the record, where everybody can compare it."
            }
            false => {
                "This HSM demands no approvals: the console counts them, and could sign without. What your approval \
                 is for stands in your signed answer and in the record, where everybody can compare it."
            }
        }));
        page
    }

    fn top(&self, now: Time) -> Vec<String> {
        let request = self.request;
        let title = format!("Approval request {} of the event {}", request.window, request.event);
        let mut page = show::top(&title, self.inbound.plan.rehearsal);
        page.extend(show::field(
            "asked by",
            &match self.inbound.plan.hsm.kind.has_users() {
                true => format!("the HSM user {}, at {}", request.requester, request.at),
                false => format!("the console, for the token {}, at {}", request.requester, request.at),
            },
        ));
        page.extend(age(request.at, now));
        page.extend(show::field(
            "plan, image and session",
            "those that you reviewed and attended",
        ));
        page.extend(self.boot.page("runs"));
        page
    }

    fn action(&self, number: usize, one: &Allowed) -> Vec<String> {
        let digest = one.deed.digest();
        let step = self.inbound.plan.step.iter().find(|step| step.id() == one.deed.step());
        let title = step.map_or_else(|| one.deed.step().to_owned(), Step::title);
        let mut lines = show::part(&format!("{number}. {title}"));
        lines.extend(self.earlier.at(&digest));
        match &one.deed {
            Deed::Sign(derived) => {
                lines.extend(show::derived(derived, self.inbound.issuing_policy(), true));
                lines.extend(show::digest("bytes to be signed, SHA-256", &digest));
            }
            Deed::Command(command) => {
                lines.extend(show::command(command));
                lines.extend(show::digest("the command's text, SHA-256", &digest));
            }
        }
        lines.extend(show::digest("one token", &one.token));
        lines
    }
}

/// The keys that would be used, how often, and the fingerprints that all members should see alike.
fn uses(request: &ApprovalRequest, inbound: &Inbound, allowed: &[Allowed]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in allowed {
        if let Some(key) = one.deed.key() {
            *counts.entry(key).or_default() += 1;
        }
    }
    let mut lines = show::part(&format!("Your approval allows {}, and nothing else", allows(allowed)));
    lines.extend(show::note(&needs(inbound, allowed)));
    let kind = inbound.plan.hsm.kind;
    lines.extend(show::field("who counts the approvals", kind.who_counts()));
    for (key, spki) in &request.keys {
        let uses = times(counts.get(key.as_str()).copied().unwrap_or(0), "use");
        let fingerprint = Digest::of(spki);
        lines.extend(show::digest(
            &format!("{key}: {uses}; its public key, SHA-256"),
            &fingerprint,
        ));
        lines.extend(fingerprint.spoken().into_iter().map(|row| format!("    {row}")));
    }
    lines
}

/// Signatures, commands, or both.
fn allows(allowed: &[Allowed]) -> String {
    let signatures = allowed.iter().filter(|one| matches!(one.deed, Deed::Sign(_))).count();
    match (signatures, allowed.len() - signatures) {
        (signatures, 0) => times(signatures, "signature"),
        (0, commands) => format!("{} to the HSM", times(commands, "command")),
        (signatures, commands) => format!(
            "{} and {} to the HSM",
            times(signatures, "signature"),
            times(commands, "command")
        ),
    }
}

/// How many members each needs: keys that stand keep the number that they were made with.
fn needs(inbound: &Inbound, allowed: &[Allowed]) -> String {
    let of = |one: &Allowed| match &one.deed {
        Deed::Sign(derived) => inbound.threshold_of(&derived.issuer),
        Deed::Command(command) => command.consent.as_ref().map_or(0, |consent| consent.threshold),
    };
    let numbers: BTreeSet<u8> = allowed.iter().map(of).collect();
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    format!("Each needs {} members; you are one of them.", numbers.join(" or "))
}

fn times(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

fn age(asked: Time, now: Time) -> Vec<String> {
    let note = match now.0.checked_sub(asked.0) {
        None => format!("the console's clock is {} seconds ahead of yours", asked.0 - now.0),
        Some(seconds @ 0..=TOKEN_LIFE) => format!("{seconds} seconds ago by your clock; tokens live ten minutes"),
        Some(seconds) => format!(
            "NOTE: {seconds} seconds ago by your clock, and tokens live ten minutes: the request is old, or your clock is \
             ahead, and then the console refuses what you sign"
        ),
    };
    show::field("age", &note)
}

/// CloudHSM: ten minutes from the first token to the last approval.
const TOKEN_LIFE: u64 = 600;
