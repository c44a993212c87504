//! What is signed, thing by thing: for those who do know X.509.

use issue::derive::Derived;
use record::plan::Inbound;

/// Every thing with its facts.
pub fn all(derived: &[Derived], inbound: &Inbound) -> Vec<String> {
    let one = |derived: &Derived| {
        let head = format!("{}, signed with {}", derived.file, derived.issuer);
        let facts = facts(derived, inbound).into_iter();
        let mut lines = vec![head];
        lines.extend(facts.map(|(word, value)| format!("- {word}: {value}")));
        lines
    };
    derived.iter().flat_map(one).collect()
}

/// What is known of a thing to be signed before the event: purposes by name, and no key where none exists yet.
pub fn facts(derived: &Derived, inbound: &Inbound) -> Vec<(String, String)> {
    let made = inbound
        .plan
        .made_keys()
        .any(|(_, key, _)| derived.file == format!("certs/{key}.der"));
    let policy = inbound.issuing_policy();
    let name = |oid: &str| match policy.all_purposes().find(|(_, known)| known == oid) {
        Some((name, _)) => format!("{name} ({oid})"),
        None => oid.to_owned(),
    };
    let known = |(word, value): (String, String)| {
        let value = match word.as_str() {
            "key" if made => "made in the event".to_owned(),
            "purpose" => value.split(", ").map(name).collect::<Vec<_>>().join(", "),
            _ => value,
        };
        (word, value)
    };
    derived.facts().into_iter().map(known).collect()
}
