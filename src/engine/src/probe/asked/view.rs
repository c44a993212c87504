//! What PKCS#11 shows of keys under a quorum.

use hsm::{Hsm as _, Pkcs11Hsm, Role, Secret, TokenName, Unobserved};

use crate::error::Error;
use crate::probe::people::{OWNER, SECOND};
use crate::probe::trouble::{Stop, Trouble};
use crate::probe::{Probe, Verdict};

/// Lists the owner's private keys through the module: before, with one more key without a quorum, which must show, and
/// with one more under a quorum.
pub fn pkcs11_view(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    if probe.args.pkcs11_module.is_none() {
        return Ok(Verdict::Unanswered("no --pkcs11-module was given".into()));
    }
    probe.register(&[OWNER, SECOND])?;
    let pin = pin(probe)?;
    let before = private_keys(probe, &pin, "before")?;
    let mut session = probe.login(OWNER)?;
    probe.make_key(&mut session, "probe_seen", false, &[])?;
    let with_plain = private_keys(probe, &pin, "with one more key without a quorum")?;
    probe.make_key(&mut session, "probe_veiled", true, &[SECOND])?;
    session.quit();
    let with_quorum = private_keys(probe, &pin, "with one more key under a quorum")?;
    Ok(match (with_plain == before + 1, with_quorum) {
        (false, _) => Verdict::Unanswered("the module does not show even a key without a quorum".into()),
        (true, count) if count == with_plain + 1 => Verdict::Is("visible"),
        (true, count) if count == with_plain => Verdict::Is("hidden"),
        (true, count) => Verdict::Unanswered(format!(
            "there are {count} keys where {with_plain} or one more were due"
        )),
    })
}

/// CloudHSM's PIN is the user's name and password; another module's is asked for.
fn pin(probe: &mut Probe<'_>) -> Result<Secret, Stop> {
    let pin = match probe.args.pkcs11_ask_pin {
        true => probe.console.secret("PIN of the PKCS#11 token")?,
        false => Secret::new(format!("{OWNER}:{}", probe.person(OWNER)?.password.reveal())),
    };
    probe.cli.keep_secret(&pin);
    Ok(pin)
}

fn private_keys(probe: &mut Probe<'_>, pin: &Secret, when: &str) -> Result<usize, Stop> {
    let (module, token) = (&probe.args.pkcs11_module, &probe.args.pkcs11_token);
    let (Some(module), Some(token)) = (module, token) else {
        return Ok(0);
    };
    let failed = |error: hsm::Error| Stop::Question(Trouble::Module { why: error.to_string() });
    let name: TokenName = token.parse().map_err(|_| Error::Usage {
        what: format!("'{token}' names no PKCS#11 token"),
        hint: "name it by its label, or as serial:NUMBER".into(),
    })?;
    let mut hsm = Pkcs11Hsm::open(module, &name, Unobserved).map_err(failed)?;
    hsm.login(OWNER, Role::CryptoUser, pin).map_err(failed)?;
    let keys = hsm.keys().map_err(failed)?;
    hsm.logout().map_err(failed)?;
    let count = keys.iter().filter(|key| !key.is_public()).count();
    probe
        .evidence
        .push(format!("private keys that the module lists, {when}: {count}"));
    Ok(count)
}
