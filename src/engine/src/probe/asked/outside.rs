//! What needs people: HSMs that come and go, and a connection that is lost.

use crate::probe::admin::is_about_approvals;
use crate::probe::said::{Heard, Line, Said, Stream, one_line};
use crate::probe::trouble::Stop;
use crate::probe::{Probe, Verdict};

use super::tokens;

/// Mints a token, has the operator add an HSM or take one away, and uses the token.
pub fn node_change_voids_tokens(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, key) = tokens::begin(probe)?;
    probe.sign_once(&mut session, &key)?;
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    let before = nodes(probe)?;
    // A new HSM takes longer to come than a token lives; one goes at once.
    let deed = "Take one HSM away, if three are there, or let one join that is about to, within eight minutes.";
    if !probe.operator(deed)? {
        return Ok(Verdict::Unanswered("the operator changed no HSM".into()));
    }
    let after = nodes(probe)?;
    probe
        .evidence
        .push(format!("HSMs before: {}; after: {}", before.join(" "), after.join(" ")));
    if before == after {
        return Ok(Verdict::Unanswered("the HSMs are the same as before".into()));
    }
    let heard = tokens::show(probe, &mut session, &key, &token)?;
    if heard.yes().is_none() {
        // A new token must work, or the refusal says nothing of the old one.
        probe.sign_once(&mut session, &key)?;
    }
    session.quit();
    Ok(match (heard.yes(), heard.no()) {
        (Some(_), _) => Verdict::Is("no"),
        (_, Some(words)) if is_about_approvals(&words) => Verdict::Is("yes"),
        _ => Verdict::Unanswered(format!("the token could not be used: {}", heard.outcome())),
    })
}

fn nodes(probe: &mut Probe<'_>) -> Result<Vec<String>, Stop> {
    let mut session = probe.cli.interactive()?;
    let heard = probe.must(&mut session, &Line::new("cluster hsm-info"))?;
    session.quit();
    let hsms = heard
        .yes()
        .and_then(|data| data["hsms"].as_array())
        .into_iter()
        .flatten();
    let mut serials: Vec<String> = hsms
        .map(|hsm| one_line(hsm["serial-number"].as_str().unwrap_or("?")))
        .collect();
    serials.sort();
    Ok(serials)
}

/// What was seen when the connection was lost.
#[derive(Clone)]
pub struct Lost {
    complaint: Option<(Stream, String)>,
    login: Result<&'static str, String>,
    evidence: Vec<String>,
}

/// What is said when the connection is cut; where nobody cuts it, an earlier complaint will do.
pub fn plain_text_stream(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let earlier = probe.complaint.clone();
    let complaint = lost(probe)?.complaint;
    for (when, complaint) in [("earlier", &earlier), ("connection cut", &complaint)] {
        if let Some((stream, text)) = complaint {
            let line = format!("{when}, on {}: {}", stream.name(), one_line(text));
            probe.evidence.push(line);
        }
    }
    Ok(match complaint.or(earlier) {
        Some((stream, _)) => Verdict::Is(stream.name()),
        None => Verdict::Unanswered("nothing was said in plain text".into()),
    })
}

/// After the connection was lost and is back: the login, then a token of it.
pub fn reconnection(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    Ok(match lost(probe)?.login {
        Ok(answer) => Verdict::Is(answer),
        Err(why) => Verdict::Unanswered(why),
    })
}

fn lost(probe: &mut Probe<'_>) -> Result<Lost, Stop> {
    let lost = match probe.lost.clone() {
        Some(lost) => lost,
        None => lose(probe)?,
    };
    probe.evidence = lost.evidence.clone();
    probe.lost = Some(lost.clone());
    Ok(lost)
}

fn lose(probe: &mut Probe<'_>) -> Result<Lost, Stop> {
    let (mut session, key) = tokens::begin(probe)?;
    probe.sign_once(&mut session, &key)?;
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    let mut lost = Lost {
        complaint: None,
        login: Err("the operator did not cut the connection".into()),
        evidence: Vec::new(),
    };
    if !probe.operator("Cut the connection between this machine and the HSMs (port 2223).")? {
        return Ok(lost);
    }
    let cut = probe.see(&mut session, &Line::new("user list").remark("connection cut"))?;
    if let Said::Plain { stream, text } = &cut.said {
        lost.complaint = Some((*stream, text.clone()));
    }
    if !probe.operator("Let the connection come back, and wait until the HSMs can be reached.")? {
        lost.evidence = std::mem::take(&mut probe.evidence);
        return Ok(lost);
    }
    let back = probe.see(&mut session, &Line::new("key list").remark("connection back"))?;
    lost.login = match (cut.yes(), back.yes(), back.no(), &back.said) {
        (Some(_), ..) => Err("the connection was not lost: the HSM answered".into()),
        (_, Some(_), ..) => {
            let heard = tokens::show(probe, &mut session, &key, &token)?;
            if heard.yes().is_none() {
                probe.sign_once(&mut session, &key)?;
            }
            token_after(&heard)
        }
        (_, _, Some(_), _) | (_, _, _, Said::Ended { .. }) => Ok("ends-login"),
        _ => Err(format!("the session does not come back: {}", back.outcome())),
    };
    session.quit();
    lost.evidence = std::mem::take(&mut probe.evidence);
    Ok(lost)
}

fn token_after(heard: &Heard) -> Result<&'static str, String> {
    match (heard.yes(), heard.no()) {
        (Some(_), _) => Ok("keeps-tokens"),
        (_, Some(words)) if is_about_approvals(&words) => Ok("ends-tokens"),
        _ => Err(format!("the token could not be used: {}", heard.outcome())),
    }
}
