//! What could go wrong, and what is done about it: from the plan's steps and what stands, in plain words.

use record::Time;
use record::plan::{Deed, Inbound, KeySource, Kind, Step, commands};

/// Every risk that this plan has.
pub fn all(inbound: &Inbound) -> Vec<String> {
    let mut lines = Vec::new();
    if inbound.plan.kind == Kind::Drill {
        lines.push(
            "Somebody could bring real keys to a drill. Each member's program refuses: a home with real keys takes nothing that is \
             marked as a rehearsal's."
                .into(),
        );
    }
    lines.extend(of_the_kind(inbound));
    lines.extend(of_the_root(inbound));
    lines.extend(of_lists(inbound));
    if inbound.plan.made_keys().any(|(_, _, guarded)| guarded) {
        lines.push(
            "A key that is made cannot be copied out of the HSM. If the cluster and all its backups are lost, the key is lost, \
             and everything that hangs on it must be made anew."
                .into(),
        );
    }
    if inbound
        .plan
        .step
        .iter()
        .any(|step| matches!(step.key_source(), Some(KeySource::Request(_))))
    {
        lines.push(
            "A request could be another's: whoever holds its key gets the trust. Compare the fingerprint that `ceremony-member \
             review` shows with what the key's keeper says over another way."
                .into(),
        );
    }
    lines.extend(of_commands(inbound));
    if inbound.plan.step.iter().any(|step| step.issuer().is_some()) {
        lines.push(
            "The HSM counts approvals and does not look at what it signs. So each member's own program derives every byte and \
             compares, before it approves; a console that lies is found out, though not stopped."
                .into(),
        );
        lines.push(
            "A signature whose answer is lost may exist all the same: people then decide whether the same bytes are signed again, \
             and the record says so."
                .into(),
        );
    }
    lines
}

/// What each sort of command could do if somebody were deceived, once.
fn of_commands(inbound: &Inbound) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for command in commands(inbound).iter().filter(|command| !command.remedy) {
        let line = format!("About {}: {}.", concerns(&command.deed), command.risk());
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn concerns(deed: &Deed) -> &'static str {
    match deed {
        Deed::Create { admin: true, .. } => "a new admin",
        Deed::Create { .. } | Deed::Register { .. } => "a new approver, or an approver's new key",
        Deed::SecondFactor { .. } => "an admin's key",
        Deed::FreshPassword { .. } => "an approver who gets another key",
        Deed::OwnerPassword { .. } => "the key owner's password",
        Deed::Share { .. } => "a share of a key",
        Deed::Unshare { .. } | Deed::Delete { .. } => "whoever goes",
        Deed::SetQuorum { .. } => "the number of admins who must agree",
    }
}

fn of_the_kind(inbound: &Inbound) -> Option<String> {
    let text = match inbound.plan.deed() {
        Kind::ClusterInitialisation => {
            "Until its last part is over, one admin alone could still give a user another key. The last part brings that to \
             light, and a cluster with anything wrong is thrown away: no key exists yet. That the HSM is genuine can be proved \
             before its cluster is initialised and never after; for HSMs that join later there is AWS's word alone. Whoever has \
             the key of the customer CA could put another cluster in the place of this one: it is used once, and destroyed."
        }
        Kind::RootGeneration | Kind::RootRotation | Kind::ThresholdChange => {
            "A root cannot be revoked by anybody above it. Whoever gets five members and the console to agree can have anything \
             signed; what is signed stands in the public log."
        }
        Kind::RootEmergency => {
            "Programs that know the old root alone go on trusting it until they are updated: nothing leads from it to the new \
             one. Everybody must get the new root in another way, and should hear of it from several sides."
        }
        Kind::DelegateIssuance | Kind::DelegateReplacement => {
            "Whoever holds the delegate's key is trusted for its purpose. If it is stolen, a delegate-revocation ends that."
        }
        Kind::DelegateRevocation => {
            "Whoever has not fetched the new list trusts the revoked key until the old list ends. A revocation is not taken back."
        }
        Kind::SubkeyIssuance => "Whoever holds a subkey's key can sign for what its name says, and for nothing else.",
        Kind::MemberChange => {
            "Whoever goes can still approve until their share is taken; whoever comes can from the moment they have one. With \
             fewer members than the quorum nothing could be signed any more."
        }
        Kind::MemberKeyReplacement => {
            "Whoever stole the old key can pretend to be its member: members must know who asks, other than by that key."
        }
        Kind::HsmMaintenance => {
            "Whoever restores a backup has a clone of every key, root included: it is deleted in the same event. An HSM that \
             joins is not proved to be genuine: that is its vendor's word."
        }
        Kind::ConsoleMaintenance => {
            "Whoever is at the console could change what it runs, so that it lies at the next event: its image is compared then, \
             before anything else. Who was there, and what was done, stands in the record."
        }
        Kind::CrlRefresh | Kind::Drill => return None,
    };
    Some(text.replace(
        "five members",
        &format!("{} members", inbound.issuing_policy().quorum.threshold),
    ))
}

/// What a new root means for those who know none yet, or the old one alone.
fn of_the_root(inbound: &Inbound) -> Option<String> {
    match inbound.plan.deed() {
        Kind::RootGeneration => Some(
            "Whoever hands out the first root certificate is believed: its fingerprint should come from several sources.".into(),
        ),
        Kind::RootRotation | Kind::ThresholdChange => Some(format!(
            "The old root stays good until it ends: until then {} members can use it as before. A program that was not given the \
             new root by then trusts nothing afterwards.",
            inbound.policy.quorum.threshold
        )),
        _ => None,
    }
}

/// When the lists that stand end: without a new one, careful programs trust nothing below.
fn of_lists(inbound: &Inbound) -> Vec<String> {
    let standing = inbound.standing.iter().flat_map(|standing| &standing.crls);
    let mut lines = Vec::new();
    for old in standing {
        let renewed = inbound
            .plan
            .step
            .iter()
            .any(|step| matches!(step, Step::IssueCrl(list) if list.issuer == old.issuer));
        let Some(end) = end_of(&old.der).filter(|_| renewed) else {
            continue;
        };
        lines.push(format!(
            "The list of {} that stands ends at {end}. If there is no new one then, careful programs trust nothing that {} \
             signed.",
            old.issuer, old.issuer
        ));
    }
    lines
}

fn end_of(crl: &[u8]) -> Option<Time> {
    let seconds = x509::Crl::parse(crl).ok()?.tbs().next_update().0;
    u64::try_from(seconds).ok().map(Time)
}
