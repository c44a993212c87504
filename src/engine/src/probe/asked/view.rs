//! What PKCS#11 shows of keys under a quorum.

use hsm::{Hsm as _, Pkcs11Hsm, Role, Secret, TokenName, Unobserved};

use crate::error::Error;
use crate::probe::people::{OWNER, SECOND};
use crate::probe::said::one_line;
use crate::probe::trouble::{Stop, Trouble};
use crate::probe::{Probe, Verdict};

/// Lists private keys through the module: one without a quorum must show by its label, so that one under a quorum that does
/// not show means something.
pub fn pkcs11_view(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    if probe.args.pkcs11_module.is_none() {
        return Ok(Verdict::Unanswered("no --pkcs11-module was given".into()));
    }
    probe.register(&[OWNER, SECOND])?;
    let pin = pin(probe)?;
    let mut session = probe.login(OWNER)?;
    probe.make_key(&mut session, PLAIN, false, &[])?;
    probe.make_key(&mut session, UNDER_QUORUM, true, &[SECOND])?;
    session.quit();
    let labels = private_keys(probe, &pin)?;
    let shows = |label: &str| labels.iter().any(|found| found == label);
    Ok(match (shows(PLAIN), shows(UNDER_QUORUM)) {
        (false, _) => Verdict::Unanswered("the module does not show even a key without a quorum".into()),
        (true, true) => Verdict::Is("visible"),
        (true, false) => Verdict::Is("hidden"),
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

/// The labels of the private keys that the module lists.
fn private_keys(probe: &mut Probe<'_>, pin: &Secret) -> Result<Vec<String>, Stop> {
    let (module, token) = (&probe.args.pkcs11_module, &probe.args.pkcs11_token);
    let (Some(module), Some(token)) = (module, token) else {
        return Ok(Vec::new());
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
    let private = keys.iter().filter(|key| !key.is_public());
    let labels: Vec<String> = private.map(|key| one_line(key.label())).collect();
    let wanted = format!("keys made: {PLAIN} without a quorum, {UNDER_QUORUM} with one");
    let found = format!(
        "labels of the private keys that the module lists: {}",
        labels.join(", ")
    );
    probe.evidence.extend([wanted, found]);
    Ok(labels)
}

const PLAIN: &str = "probe_seen";
const UNDER_QUORUM: &str = "probe_veiled";
