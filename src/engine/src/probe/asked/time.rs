//! A token's life: one wait answers two questions.

use crate::probe::admin::is_about_approvals;
use crate::probe::keys::{Key, Token};
use crate::probe::people::{OWNER, SECOND};
use crate::probe::said::{Heard, Line};
use crate::probe::session::Session;
use crate::probe::trouble::{Stop, Trouble};
use crate::probe::{Probe, Verdict};

use super::tokens;

/// What was seen after 400 and after 800 seconds.
#[derive(Clone)]
pub struct Times {
    /// Nobody let the time pass.
    skipped: bool,
    /// A token that was shown in vain and then in earnest, both after 400 seconds.
    control: Option<Heard>,
    /// One that was shown in vain after 400 seconds, and in earnest after 800.
    shown: Option<Heard>,
    /// One that was not shown before 800 seconds.
    unseen: Option<Heard>,
    evidence: Vec<String>,
}

/// Does a token that was shown with enough approvals outlive 600 seconds?
pub fn token_life(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let times = times(probe)?;
    let yes = |heard: &Option<Heard>| heard.as_ref().is_some_and(|heard| heard.yes().is_some());
    Ok(if times.skipped {
        Verdict::Unanswered(SKIPPED.into())
    } else if yes(&times.unseen) {
        Verdict::Unanswered("a token that nobody had shown lived for 800 seconds".into())
    } else if yes(&times.shown) {
        Verdict::Is("from-approval")
    } else if yes(&times.control) {
        Verdict::Is("from-minting")
    } else {
        Verdict::Unanswered("a token that was shown in vain is spent, so none can be shown twice".into())
    })
}

/// What is said of a token after 800 seconds?
pub fn expired_token(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let times = times(probe)?;
    if times.skipped {
        return Ok(Verdict::Unanswered(SKIPPED.into()));
    }
    let words = times.unseen.as_ref().and_then(Heard::no).unwrap_or_default();
    Ok(if words.to_ascii_lowercase().contains("expire") {
        Verdict::Is("says-expired")
    } else if words.starts_with("Invalid username-signature pair") {
        Verdict::Is("says-invalid-pair")
    } else {
        Verdict::Unanswered("it is neither said to be expired nor called an invalid pair".into())
    })
}

fn times(probe: &mut Probe<'_>) -> Result<Times, Stop> {
    let times = match probe.times.clone() {
        Some(times) => times,
        None => look(probe)?,
    };
    probe.evidence = times.evidence.clone();
    probe.times = Some(times.clone());
    Ok(times)
}

fn look(probe: &mut Probe<'_>) -> Result<Times, Stop> {
    let (mut session, key) = tokens::begin(probe)?;
    let mut mint = |session: &mut Session| probe.mint(session, "key-management", Some(&key));
    let (control, shown, unseen) = (mint(&mut session)?, mint(&mut session)?, mint(&mut session)?);
    let mut times = Times {
        skipped: false,
        control: None,
        shown: None,
        unseen: None,
        evidence: Vec::new(),
    };
    if probe.let_pass(STEP)? {
        in_vain(probe, &mut session, &key, &control)?;
        times.control = Some(in_earnest(probe, &mut session, &key, &control, "control")?);
        in_vain(probe, &mut session, &key, &shown)?;
    } else {
        times.skipped = true;
    }
    if !times.skipped && probe.let_pass(STEP)? {
        probe.evidence.push(format!("{STEP} seconds later:"));
        times.shown = Some(in_earnest(probe, &mut session, &key, &shown, "shown in vain before")?);
        times.unseen = Some(in_earnest(probe, &mut session, &key, &unseen, "never shown before")?);
    } else {
        times.skipped = true;
    }
    session.quit();
    times.evidence = std::mem::take(&mut probe.evidence);
    Ok(times)
}

/// Approved by enough, and refused for what it asks: no key becomes extractable, and nobody shares with nobody. Two ways,
/// because the CLI may refuse one of them without a word to the HSM.
fn in_vain(probe: &mut Probe<'_>, session: &mut Session, key: &Key, token: &Token) -> Result<(), Stop> {
    let heard = set(probe, session, key, token, "extractable", "true", "in vain")?;
    match heard.no() {
        Some(words) if !is_about_approvals(&words) => {}
        _ => return Err(Trouble::refused(&heard).into()),
    }
    let line = format!(
        "key share --filter key-reference={} --username probe_nobody --role crypto-user --approval approval.json",
        key.reference
    );
    let heard = probe.see(session, &Line::new(line).remark("approved by both; in vain"))?;
    match heard.no() {
        Some(_) => Ok(()),
        None => Err(Trouble::refused(&heard).into()),
    }
}

fn in_earnest(
    probe: &mut Probe<'_>,
    session: &mut Session,
    key: &Key,
    token: &Token,
    which: &str,
) -> Result<Heard, Stop> {
    set(probe, session, key, token, "label", "probe_quorum", which)
}

fn set(
    probe: &mut Probe<'_>,
    session: &mut Session,
    key: &Key,
    token: &Token,
    name: &str,
    value: &str,
    remark: &str,
) -> Result<Heard, Stop> {
    probe.put_approval(token, &[OWNER, SECOND], probe.approvals_name_role)?;
    let line = format!(
        "key set-attribute --filter key-reference={} --name {name} --value {value} --approval approval.json",
        key.reference
    );
    probe.see(session, &Line::new(line).remark(&format!("approved by both; {remark}")))
}

/// Twice this is more than 600 seconds from minting, and less than 600 from the first showing.
const STEP: u64 = 400;
const SKIPPED: &str = "the operator did not let the time pass";
