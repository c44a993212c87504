//! Tokens of the key services: what spends them, and whose approvals count.

use crate::probe::keys::{Key, Token, sign_line};
use crate::probe::people::{OUTSIDER, OWNER, SECOND};
use crate::probe::said::Heard;
use crate::probe::session::Session;
use crate::probe::trouble::{Stop, Trouble};
use crate::probe::{Probe, Verdict};

const BOTH: [&str; 2] = [OWNER, SECOND];

pub fn token_path_field(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, key) = begin(probe)?;
    let heard = probe.try_mint(&mut session, "key-usage", Some(&key))?;
    probe.keep(&heard);
    let token = probe.token_of(&heard)?;
    session.quit();
    Ok(match (token.answer.get("filepath"), token.answer.get("path")) {
        (Some(_), None) => Verdict::Is("filepath"),
        (None, Some(_)) => Verdict::Is("path"),
        _ => Verdict::Unanswered(format!("the answer is {}", token.answer)),
    })
}

/// Shows a token with too few approvals, then with enough.
pub fn failure_consumes_token(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, key) = begin(probe)?;
    probe.sign_once(&mut session, &key)?;
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    let failed = probe.sign_with(&mut session, &key, &token, &[OWNER])?;
    if failed.yes().is_some() {
        return Ok(Verdict::Unanswered(
            "one approval was enough for a quorum of two".into(),
        ));
    }
    let again = probe.sign_with(&mut session, &key, &token, &BOTH)?;
    session.quit();
    spent(&again, "yes", "no")
}

/// Uses one of two tokens, then the other.
pub fn use_voids_other_tokens(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, key) = begin(probe)?;
    probe.sign_once(&mut session, &key)?;
    let first = probe.mint(&mut session, "key-usage", Some(&key))?;
    let second = probe.mint(&mut session, "key-usage", Some(&key))?;
    demand(&probe.sign_with(&mut session, &key, &first, &BOTH)?)?;
    let other = probe.sign_with(&mut session, &key, &second, &BOTH)?;
    session.quit();
    spent(&other, "yes", "no")
}

/// Signs a digest, then shows the same token again.
pub fn digest_clears_token(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, key) = begin(probe)?;
    probe.sign_once(&mut session, &key)?;
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    probe.put_approval(&token, &BOTH, probe.approvals_name_role)?;
    let line = sign_line(&key, "digest").and("--approval approval.json");
    demand(&probe.see(&mut session, &line.remark("approved by both"))?)?;
    let again = probe.sign_with(&mut session, &key, &token, &BOTH)?;
    session.quit();
    spent(&again, "yes", "no")
}

/// Shows approvals with the role and, for another token, without.
pub fn approval_role(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, key) = begin(probe)?;
    let mut taken = Vec::new();
    for with_role in [true, false] {
        let token = probe.mint(&mut session, "key-usage", Some(&key))?;
        probe.put_approval(&token, &BOTH, with_role)?;
        let line = sign_line(&key, "raw").and("--approval approval.json");
        let remark = if with_role {
            "approvals with role"
        } else {
            "approvals without role"
        };
        taken.push(probe.see(&mut session, &line.remark(remark))?);
    }
    session.quit();
    Ok(match (taken[0].yes(), taken[1].yes()) {
        (Some(_), Some(_)) => Verdict::Is("optional"),
        (Some(_), None) => Verdict::Is("required"),
        (None, Some(_)) => Verdict::Is("refused"),
        (None, None) => Verdict::Unanswered("neither form is taken".into()),
    })
}

/// Shows one user's approval twice; if that is not enough, together with another user's.
pub fn duplicate_approver(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, key) = begin(probe)?;
    probe.sign_once(&mut session, &key)?;
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    if probe
        .sign_with(&mut session, &key, &token, &[OWNER, OWNER])?
        .yes()
        .is_some()
    {
        return Ok(Verdict::Is("twice"));
    }
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    let heard = probe.sign_with(&mut session, &key, &token, &[OWNER, OWNER, SECOND])?;
    session.quit();
    Ok(match (heard.yes(), heard.no()) {
        (Some(_), _) => Verdict::Is("once"),
        (_, Some(_)) => Verdict::Is("refused"),
        _ => Verdict::Unanswered(heard.outcome()),
    })
}

/// Has a registered user approve with whom the key is not shared.
pub fn non_shared_approvers(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.register(&[OWNER, SECOND, OUTSIDER])?;
    let (mut session, key) = begin(probe)?;
    probe.sign_once(&mut session, &key)?;
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    let heard = probe.sign_with(&mut session, &key, &token, &[OWNER, OUTSIDER])?;
    session.quit();
    Ok(match (heard.yes(), heard.no()) {
        (Some(_), _) => Verdict::Is("counted"),
        (_, Some(_)) => Verdict::Is("refused"),
        _ => Verdict::Unanswered(heard.outcome()),
    })
}

/// Has three users approve what asks for two.
pub fn surplus_approvals(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.register(&[OWNER, SECOND, OUTSIDER])?;
    let (mut session, _) = begin(probe)?;
    let key = probe.make_key(&mut session, "probe_three", true, &[SECOND, OUTSIDER])?;
    probe.sign_once(&mut session, &key)?;
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    let heard = probe.sign_with(&mut session, &key, &token, &[OWNER, SECOND, OUTSIDER])?;
    // Two of the three are good for another token; now the third, in another pair.
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    demand(&probe.sign_with(&mut session, &key, &token, &[OWNER, OUTSIDER])?)?;
    session.quit();
    Ok(match (heard.yes(), heard.no()) {
        (Some(_), _) => Verdict::Is("accepted"),
        (_, Some(_)) => Verdict::Is("refused"),
        _ => Verdict::Unanswered(heard.outcome()),
    })
}

/// The owner, logged in, and the key with a quorum.
pub fn begin(probe: &mut Probe<'_>) -> Result<(Session, Key), Stop> {
    let key = probe.quorum_key()?;
    Ok((probe.login(OWNER)?, key))
}

/// A signature with a good token; refused means that the token was spent or is void.
fn spent(heard: &Heard, refused: &'static str, works: &'static str) -> Result<Verdict, Stop> {
    Ok(match (heard.yes(), heard.no()) {
        (Some(_), _) => Verdict::Is(works),
        (_, Some(_)) => Verdict::Is(refused),
        _ => Verdict::Unanswered(heard.outcome()),
    })
}

fn demand(heard: &Heard) -> Result<(), Stop> {
    match heard.yes() {
        Some(_) => Ok(()),
        None => Err(Trouble::refused(heard).into()),
    }
}

/// Shows a token that was kept over something, with both approvals: does it still work?
pub fn show(probe: &mut Probe<'_>, session: &mut Session, key: &Key, token: &Token) -> Result<Heard, Stop> {
    probe.sign_with(session, key, token, &BOTH)
}
