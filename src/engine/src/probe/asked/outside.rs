//! What needs people or other views: HSMs that come and go, a lost connection, the audit log, PKCS#11.

use crate::files;
use crate::probe::admin::is_about_approvals;
use crate::probe::people::{AUDITED, OWNER, SECOND};
use crate::probe::said::{Heard, Line, Said, Stream, one_line};
use crate::probe::trouble::{Stop, Trouble};
use crate::probe::{Probe, Verdict};

use super::tokens;

/// Mints a token, has the operator add an HSM or take one away, and uses the token.
pub fn node_change_voids_tokens(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, key) = tokens::begin(probe)?;
    probe.sign_once(&mut session, &key)?;
    let token = probe.mint(&mut session, "key-usage", Some(&key))?;
    let before = nodes(probe)?;
    let deed = "Add an HSM to the cluster, or, if three are there, take one away, within eight minutes.";
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

/// Any complaint in plain text will do; if there was none yet, the connection is cut.
pub fn plain_text_stream(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let complaint = match probe.complaint.clone() {
        Some(complaint) => Some(complaint),
        None => lost(probe)?.complaint,
    };
    let Some((stream, text)) = complaint else {
        return Ok(Verdict::Unanswered("nothing was said in plain text".into()));
    };
    probe
        .evidence
        .push(format!("on {}: {}", stream.name(), one_line(&text)));
    Ok(Verdict::Is(stream.name()))
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

/// Spends a token of a key, and reads what the audit log holds of the user who minted it. This user never registered an
/// approval key, so no other token of theirs can be in the log.
pub fn key_token_audit(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let Some(path) = probe.args.audit_log.clone() else {
        return Ok(Verdict::Unanswered("no --audit-log was given".into()));
    };
    probe.register(&[OWNER, SECOND])?;
    probe.create(&[AUDITED])?;
    let mut session = probe.login(AUDITED)?;
    let key = probe.make_key(&mut session, "probe_audited", true, &[OWNER, SECOND])?;
    probe.find_approval_form(&mut session, &key)?;
    probe.sign_once(&mut session, &key)?;
    session.quit();
    let deed = format!("Export the cluster's audit log, all streams, to {}.", path.display());
    if !probe.operator(&deed)? {
        return Ok(Verdict::Unanswered("the operator brought no audit log".into()));
    }
    let bytes = files::read(&path, LOG_LIMIT).map_err(|error| Trouble::File {
        name: path.display().to_string(),
        why: error.to_string(),
    })?;
    let opcodes = opcodes_of(&String::from_utf8_lossy(&bytes), AUDITED);
    probe.evidence.push(format!(
        "opcodes of {AUDITED} in the log: {}",
        one_line(&opcodes.join(", "))
    ));
    let has = |part: &str| opcodes.iter().any(|opcode| opcode.contains(part));
    Ok(match (has("CN_LOGIN"), has("_TOKEN")) {
        (_, true) => Verdict::Is("token-opcodes"),
        (true, false) => Verdict::Is("silent"),
        (false, false) => {
            Verdict::Unanswered("the log does not hold the user's login, so it does not reach so far".into())
        }
    })
}

/// The opcodes of the entries that name this user. An entry begins with its time, in the new layout with its version.
fn opcodes_of(log: &str, user: &str) -> Vec<String> {
    let mut opcodes = Vec::new();
    let (mut opcode, mut named) = (String::new(), false);
    for line in log.lines().chain(["Time:"]) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match (name.trim(), value.trim()) {
            ("Time" | "Version No", _) => {
                if named && !opcode.is_empty() && !opcodes.contains(&opcode) {
                    opcodes.push(opcode.clone());
                }
                if name.trim() == "Time" || named {
                    (opcode, named) = (String::new(), false);
                }
            }
            ("Opcode", value) => value
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .clone_into(&mut opcode),
            ("User Name", value) => named |= value == user,
            _ => {}
        }
    }
    opcodes
}

const LOG_LIMIT: usize = 256 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "Time: 01/16/18 01:48:49.824999, usecs:1516067329824999\nSequence No : 0x0\n\
        Opcode : CN_LOGIN (0xd)\nUser Name : probe_owner\nUser Type : CN_CRYPTO_USER (1)\n\n\
        Time: 01/16/18 01:49:00.000000, usecs:1516067340000000\nOpcode : CN_GET_TOKEN (0x1)\nUser Name : admin\n";

    #[test]
    fn an_opcode_belongs_to_the_user_of_its_own_entry() {
        assert_eq!(opcodes_of(OLD, "probe_owner"), ["CN_LOGIN"]);
        assert_eq!(opcodes_of(OLD, "admin"), ["CN_GET_TOKEN"]);
        let new = "Version No : 0x1\nTime: x\nOpcode\t: CN_APPROVE_TOKEN (0x2)\nUser Name\t: probe_owner\n";
        assert_eq!(
            opcodes_of(&format!("{OLD}{new}"), "probe_owner"),
            ["CN_LOGIN", "CN_APPROVE_TOKEN"]
        );
    }
}
