//! Filters: which keys a command means.

use crate::attributes::is_known;
use crate::error::Refusal;
use crate::keys::Key;
use crate::session::Identity;
use crate::state::Cluster;
use crate::words::assignment;

/// Criteria that must all hold; none at all selects every key.
pub struct Filter(Vec<Criterion>);

enum Criterion {
    Reference(u64),
    Attribute { name: String, value: String },
}

impl Filter {
    /// Reads `key-reference=0x…` and `attr.NAME=VALUE`.
    pub fn parse(criteria: &[String]) -> Result<Filter, Refusal> {
        criteria
            .iter()
            .map(|text| criterion(text))
            .collect::<Result<_, _>>()
            .map(Filter)
    }

    /// The keys that the user sees and the filter selects, in the order of their making.
    pub fn select<'a>(&self, cluster: &'a Cluster, who: &Identity) -> Vec<&'a Key> {
        cluster
            .keys
            .iter()
            .filter(|key| key.is_visible_to(who) && self.matches(key))
            .collect()
    }

    fn matches(&self, key: &Key) -> bool {
        self.0.iter().all(|criterion| match criterion {
            Criterion::Reference(reference) => key.reference == *reference,
            Criterion::Attribute { name, value } if name == "ec-point" => key.point == *value,
            Criterion::Attribute { name, value } => key.attributes.matches(name, value),
        })
    }
}

/// The one key that a command means.
pub fn single<'a>(cluster: &'a Cluster, who: &Identity, criteria: &[String]) -> Result<&'a Key, Refusal> {
    match Filter::parse(criteria)?.select(cluster, who)[..] {
        [key] => Ok(key),
        ref keys => Err(Refusal::KeysMatched { keys: keys.len() }),
    }
}

fn criterion(text: &str) -> Result<Criterion, Refusal> {
    let (name, value) = assignment(text)?;
    match name.strip_prefix("attr.") {
        Some(name) if is_known(name) => Ok(Criterion::Attribute {
            name: name.into(),
            value: value.into(),
        }),
        None if name == "key-reference" => reference(value).map(Criterion::Reference),
        _ => Err(Refusal::invalid(format!(
            "{name} is no filter: use key-reference=0x… or attr.NAME=VALUE"
        ))),
    }
}

fn reference(value: &str) -> Result<u64, Refusal> {
    let digits = value
        .strip_prefix("0x")
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    number.ok_or_else(|| Refusal::invalid(format!("{value} is no key reference")))
}
