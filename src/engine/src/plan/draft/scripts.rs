//! The ceremony scripts that are part of this program: a template for each kind of event.

use record::plan::Kind;
use record::text;

use crate::error::Error;

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../../../../ceremony-scripts/", $name, "/plan.toml"))
    };
}

/// The template of a kind of event.
pub fn template(kind: Kind) -> &'static str {
    match kind {
        Kind::ClusterInitialisation => template!("cluster-initialisation"),
        Kind::RootGeneration => template!("root-generation"),
        Kind::DelegateIssuance => template!("delegate-issuance"),
        Kind::DelegateReplacement => template!("delegate-replacement"),
        Kind::DelegateRevocation => template!("delegate-revocation"),
        Kind::SubkeyIssuance => template!("subkey-issuance"),
        Kind::CrlRefresh => template!("crl-refresh"),
        Kind::RootRotation => template!("root-rotation"),
        Kind::RootEmergency => template!("root-emergency"),
        Kind::MemberChange => template!("member-change"),
        Kind::MemberKeyReplacement => template!("member-key-replacement"),
        Kind::ThresholdChange => template!("threshold-change"),
        Kind::HsmMaintenance => template!("hsm-maintenance"),
        Kind::ConsoleMaintenance => template!("console-maintenance"),
        Kind::Drill => template!("drill"),
    }
}

/// The founding event's rehearsal policy; every other one is the policy in force or follows it.
pub fn policy(kind: Kind) -> Result<&'static str, Error> {
    match kind {
        Kind::RootGeneration => Ok(include_str!(
            "../../../../../ceremony-scripts/root-generation/policy.toml"
        )),
        other => Err(Error::Usage {
            what: format!("the script {other} has no policy of its own"),
            hint:
                "the first policy is root-generation's; after that, take the one in force from the store, policy/N.toml"
                    .into(),
        }),
    }
}

/// The kind of that name.
pub fn kind(name: &str) -> Result<Kind, Error> {
    Kind::from_name(name).ok_or_else(|| {
        let all: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        Error::Usage {
            what: format!("there is no ceremony script '{}'", text::plain(name, 63)),
            hint: format!("there are: {}", all.join(", ")),
        }
    })
}
