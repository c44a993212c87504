//! The record of an event that went as planned, and the words of its members.

use std::collections::BTreeMap;

use issue::derive::Derived;
use record::facts::HsmCheck;
use record::messages::{
    Approval, ApprovalRequest, Attendance, Boot, Image, ImageKind, Phase, Place, Review, TokenApproval, TokenRequest,
};
use record::plan::{EventKey, HsmKind, Inbound, ROSTER, Step};
use record::record::{Fate, KeyChange, KeyRecord, Output, Record, TokenUse};
use record::{Bundle, Bytes, Digest, Signed, Standing};

use super::super::{Members, clusters};
use super::public;

pub fn record(inbound: &Inbound, members: &Members, derived: &[Derived], outputs: Vec<Output>) -> Record {
    let opens = inbound.plan.opens;
    let tool = Digest::of(b"the ceremony binary");
    let image = Image {
        kind: ImageKind::Binary,
        digest: tool,
    };
    let (event, plan, session) = (inbound.plan.event.clone(), inbound.digest, Bytes(vec![9; 16]));
    let review = |n| {
        Members::signed(
            n,
            Review {
                event: event.clone(),
                plan,
                member: Members::id(n),
                at: opens,
                compared: inbound.standing.as_ref().map(|_| true),
            },
        )
    };
    let attend = |n, phase| {
        let (event, image, session, member) = (event.clone(), image.clone(), session.clone(), Members::id(n));
        let (offset, at) = match phase {
            Phase::Begin => (0, opens.plus(70)),
            Phase::End => (100, opens.plus(3500)),
        };
        let (nonce, place) = (Bytes(vec![n as u8 + offset; 16]), Place::Local);
        Members::signed(
            n,
            Attendance {
                event,
                plan,
                image,
                session,
                member,
                nonce,
                phase,
                place,
                at,
            },
        )
    };
    let keys: Vec<KeyRecord> = inbound.keys().iter().map(|made| key(inbound, made)).collect();
    let guarded = |planned: &&Derived| inbound.is_guarded(&planned.issuer) == Some(true);
    let tokens: Vec<_> = derived.iter().filter(guarded).map(token).collect();
    let windows = usize::from(!tokens.is_empty());
    let uses = tokens.iter().map(|token| TokenUse {
        token: token.token,
        action: token.action.clone(),
        window: 1,
        fate: Fate::Used,
    });
    let uses = uses.collect();
    let request = Bundle::new(
        true,
        ApprovalRequest {
            event: event.clone(),
            plan,
            image: image.clone(),
            boot: Boot::Unproven,
            session: session.clone(),
            window: 1,
            requester: inbound.plan.hsm.owner.clone(),
            keys: keys
                .iter()
                .map(|key| (key.key.clone(), key.public_key.clone()))
                .collect(),
            tokens,
            at: opens.plus(600),
        },
    );
    let request = Bytes(request.encode().unwrap());
    Record {
        kind: inbound.plan.kind.to_string(),
        description: inbound.plan.description.clone(),
        previous: inbound.standing.as_ref().and_then(Standing::previous),
        checkpoint: inbound.standing.as_ref().map(|standing| standing.checkpoint.clone()),
        roster: inbound.plan.inputs[ROSTER].0,
        tool,
        tool_version: "0.1.0".into(),
        boot: Boot::Unproven,
        began: opens.plus(60),
        ended: opens.plus(3600),
        present: (0..9).map(Members::id).collect(),
        reviews: (0..9).map(review).collect(),
        attendance: (0..9)
            .map(|n| attend(n, Phase::Begin))
            .chain((0..9).map(|n| attend(n, Phase::End)))
            .collect(),
        approvals: (0..5 * windows)
            .map(|n| approval(inbound, members, &request, n, |_| ()))
            .collect(),
        requests: vec![request; windows],
        tokens: uses,
        keys,
        outputs,
        refusals: Vec::new(),
        statements: clusters::answers(inbound, members),
        facts: facts(inbound),
        exceptions: Vec::new(),
        exemptions: Vec::new(),
        adopted: inbound.adopted(),
        journal_entries: 0,
        journal: Digest::of(b""),
        event,
        plan,
        image,
        session,
    }
}

fn key(inbound: &Inbound, wanted: &EventKey) -> KeyRecord {
    let public_key = Bytes::from(public(&wanted.key).spki_der());
    let no = [
        "extractable",
        "destroyable",
        "modifiable",
        "wrap",
        "unwrap",
        "derive",
        "decrypt",
        "encrypt",
        "trusted",
    ];
    let yes = [
        "never-extractable",
        "sensitive",
        "always-sensitive",
        "local",
        "token",
        "private",
        "sign",
    ];
    let mut attributes: Vec<String> = no.map(|name| format!("{name}=false")).into();
    attributes.extend(yes.map(|name| format!("{name}=true")));
    let counts = inbound.plan.hsm.kind == HsmKind::Cloudhsm;
    if !counts {
        // PKCS#11: private keys do not have these.
        attributes.retain(|stated| !["wrap=false", "encrypt=false", "trusted=false"].contains(&stated.as_str()));
    }
    attributes.sort();
    let quorum = wanted.quorum.filter(|_| counts);
    let shared = inbound
        .roster
        .members
        .iter()
        .filter(|_| quorum.is_some())
        .map(|member| member.approver.clone())
        .collect();
    KeyRecord {
        key: wanted.key.clone(),
        change: match wanted.made {
            true => KeyChange::Made,
            false => KeyChange::Used,
        },
        label: wanted.label.clone(),
        fingerprint: Digest::of(&public_key),
        public_key,
        attributes,
        quorum: quorum.map(|threshold| (threshold, threshold)),
        owner: inbound.plan.hsm.owner.clone(),
        shared,
    }
}

fn token(planned: &Derived) -> TokenRequest {
    let approval_data = Bytes(format!("made up by the HSM for {}", planned.step).into_bytes());
    TokenRequest {
        service: "key-usage".into(),
        key: Some(planned.issuer.clone()),
        key_reference: Some("0x1".into()),
        token: Digest::of(&approval_data),
        approval_data,
        action: planned.action(),
    }
}

pub fn approval(
    inbound: &Inbound,
    members: &Members,
    request: &Bytes,
    n: usize,
    change: impl FnOnce(&mut Approval),
) -> Signed {
    let asked = Bundle::<ApprovalRequest>::decode(request).unwrap().body;
    let consent = |token: &TokenRequest| TokenApproval {
        token: token.token,
        action: token.action.digest,
        signature: members.approve(n, &token.token.0),
    };
    let mut approval = Approval {
        event: inbound.plan.event.clone(),
        plan: inbound.digest,
        image: asked.image,
        session: asked.session,
        request: Digest::of(request),
        member: Members::id(n),
        tokens: asked.tokens.iter().map(consent).collect(),
        at: inbound.plan.opens.plus(700),
    };
    change(&mut approval);
    Members::signed(n, approval)
}

/// What the console states of the HSM, and what people answered.
fn facts(inbound: &Inbound) -> BTreeMap<String, String> {
    let kept_by = inbound.plan.hsm.kind.quorum_kept_by().to_owned();
    let judged = |check: HsmCheck| (check.fact().to_owned(), record::facts::judged(&[]));
    let checks = HsmCheck::BOTH.map(judged);
    let asked = inbound.plan.step.iter().filter_map(|step| match step {
        Step::Answer { id, proceed, .. } => {
            let said = proceed.clone().unwrap_or_else(|| "as it should be".into());
            Some((record::facts::answer(id), said))
        }
        Step::LookAtHsm { id, .. } => Some((record::facts::look(id), record::facts::judged(&[]))),
        _ => None,
    });
    let checks = checks.into_iter().filter(|_| inbound.plan.deed().touches_the_hsm());
    checks
        .chain([(record::facts::QUORUM_KEPT_BY.to_owned(), kept_by)])
        .chain(clusters::judged(inbound))
        .chain(asked)
        .collect()
}
