//! What stands after an event, as the verifier derives it from the store: here from what the event left.

use record::plan::{Kind, LOG_POLICY, POLICY, ROSTER};
use record::record::Record;
use record::standing::{HsmKey, Past, Standing, StandingCertificate, StandingCrl};
use record::{Bytes, Digest};

use super::came_to::CameTo;
use super::scene::Scene;

pub fn after(scene: &Scene, came_to: &CameTo) -> Standing {
    let inbound = &scene.inbound;
    let mut standing = inbound.standing.clone().unwrap_or_else(|| nothing(scene));
    standing.events.push(Past {
        event: came_to.record.event.clone(),
        kind: came_to.record.kind.clone(),
        record: came_to.digest,
    });
    adopt(&mut standing, &came_to.record);
    for output in &came_to.record.outputs {
        let der = Bytes(came_to.files[&format!("/{}", output.file)].clone());
        add(&mut standing, &output.file, der);
    }
    if inbound.plan.deed() == Kind::ClusterInitialisation {
        standing.keys.clear();
    }
    let made = |name: &String| inbound.plan.made_keys().any(|made| made.1 == name);
    let keys = came_to.record.keys.iter().filter(|key| made(&key.key));
    standing.keys.extend(keys.map(|key| HsmKey {
        key: key.key.clone(),
        label: key.label.clone(),
        quorum: (inbound.is_guarded(&key.key) == Some(true)).then(|| inbound.threshold_of(&key.key)),
        owner: key.owner.clone(),
    }));
    standing
}

fn nothing(scene: &Scene) -> Standing {
    let digest = |name: &str| scene.inbound.plan.inputs[name].0;
    Standing {
        checkpoint: "a test has no log\n".into(),
        ..Standing::nothing(digest(ROSTER), digest(POLICY), digest(LOG_POLICY))
    }
}

fn adopt(standing: &mut Standing, record: &Record) {
    for (path, digest) in &record.adopted {
        let slot: &mut Digest = match path {
            path if path.starts_with("roster/") => &mut standing.roster,
            path if path.starts_with("policy/tlog") => &mut standing.log_policy,
            _ => &mut standing.policy,
        };
        *slot = *digest;
    }
}

/// A certificate `certs/root-1.der`, or a list `crl/root-1/1.crl`, which takes the place of its issuer's last one.
fn add(standing: &mut Standing, file: &str, der: Bytes) {
    let stem = file.rsplit_once('.').expect("a file").0;
    if let Some(stem) = stem.strip_prefix("certs/") {
        let (name, number) = stem.rsplit_once('-').expect("a stem");
        let (name, number) = (name.to_owned(), number.parse().expect("a number"));
        standing.certificates.push(StandingCertificate { name, number, der });
        return;
    }
    let list = stem.strip_prefix("crl/").expect("a list");
    let (issuer, number) = list.split_once('/').expect("issuer and number");
    let (issuer, number) = (issuer.to_owned(), number.parse().expect("a number"));
    standing.crls.retain(|crl| crl.issuer != issuer);
    standing.crls.push(StandingCrl { issuer, number, der });
    standing.crls.sort_by(|one, other| one.issuer.cmp(&other.issuer));
}
