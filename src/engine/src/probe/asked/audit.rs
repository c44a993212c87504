//! What the audit log holds of tokens of keys.

use crate::files;
use crate::probe::people::{AUDITED, OWNER, SECOND};
use crate::probe::said::one_line;
use crate::probe::trouble::{Stop, Trouble};
use crate::probe::{Probe, Verdict};

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
