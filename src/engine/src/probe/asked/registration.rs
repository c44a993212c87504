//! The registration of an approval key: its file, and whether it may change sessions.

use serde_json::Value;

use crate::probe::approval_key::ApprovalKey;
use crate::probe::trouble::Stop;
use crate::probe::{Probe, Verdict};

/// Looks at a fresh token file.
pub fn registration_file(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.create(&[USER])?;
    let mut session = probe.login(USER)?;
    let token = probe.registration_token(&mut session)?;
    session.quit();
    let file: Value = serde_json::from_slice(token.file()).unwrap_or_default();
    let fields = |value: &Value| -> Vec<String> {
        value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    let (outer, inner) = (fields(&file), fields(&file["tokens"][0]));
    probe.evidence.push(format!("fields of the file: {}", outer.join(", ")));
    probe
        .evidence
        .push(format!("fields of its first token: {}", inner.join(", ")));
    let template = outer.iter().chain(&inner).any(|name| name == "signatures");
    Ok(Verdict::Is(if template { "with-template" } else { "plain" }))
}

/// Takes a token from one session to another of the same user; then does it within one, so that a refusal means
/// something.
pub fn registration_token(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.create(&[USER])?;
    let key = ApprovalKey::make(1)?.remove(0);
    let mut first = probe.login(USER)?;
    let token = probe.registration_token(&mut first)?;
    first.quit();
    let mut second = probe.login(USER)?;
    let moved = probe.send_registration(&mut second, &token, &key)?;
    probe
        .evidence
        .push(format!("with a token of an earlier session: {}", moved.evidence()));
    if moved.yes().is_some() {
        second.quit();
        return Ok(Verdict::Is("any-session"));
    }
    let token = probe.registration_token(&mut second)?;
    let stayed = probe.send_registration(&mut second, &token, &key)?;
    second.quit();
    probe
        .evidence
        .push(format!("with a token of the same session: {}", stayed.evidence()));
    Ok(match stayed.yes() {
        Some(_) => Verdict::Is("same-session"),
        None => Verdict::Unanswered(format!("no registration succeeds: {}", stayed.outcome())),
    })
}

const USER: &str = "probe_registers";
