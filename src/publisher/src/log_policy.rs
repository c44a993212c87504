//! Log policies that this program writes: the logs' keys, witnesses, and how many of them must have cosigned.

use tlog::policy::{Log, Quorum, Witness};
use tlog::{Checkpoint, Policy, VerifierKey};

use crate::error::Error;
use crate::witness::http;

/// Witnesses of the command line.
#[derive(clap::Args)]
pub struct WitnessArguments {
    /// A witness: its name in the policy, its verifier key, and where it is
    /// asked, like a=w.example+6c3f...@https://w.example/. May be said several
    /// times.
    #[arg(long, value_name = "NAME=VKEY@URL", value_parser = witness)]
    pub witness: Vec<Witness>,
    /// How many of the witnesses must have cosigned a checkpoint.
    #[arg(long, value_name = "K")]
    pub quorum: Option<usize>,
}

/// A policy of these logs, of which some are frozen: `quorum` of the witnesses must cosign; nobody if there are none.
///
/// # Errors
/// Too few witnesses outside a rehearsal, or lines that no policy can have.
pub fn make(
    logs: &[Log],
    frozen: &[Checkpoint],
    witnesses: &[Witness],
    quorum: Option<usize>,
    rehearsal: bool,
) -> Result<Policy, Error> {
    let of = witnesses.len();
    let quorum = match (of, quorum) {
        (0, None | Some(0)) => 0,
        (_, Some(quorum)) if (1..=of).contains(&quorum) => quorum,
        (_, Some(quorum)) => return Err(Error::WitnessesFew { quorum, of }),
        (_, None) => {
            let what = "--quorum says how many of the witnesses must cosign".into();
            return Err(Error::Usage { what });
        }
    };
    match (rehearsal, of) {
        (false, 0) => return Err(Error::RehearsalOnly),
        (false, _) if of < FEWEST || quorum < LOWEST => return Err(Error::WitnessesFew { quorum, of }),
        _ => {}
    }
    let mut lines: String = logs
        .iter()
        .map(|log| format!("log {}{}\n", log.key, address(&log.url)))
        .collect();
    for last in frozen {
        lines += &format!("# frozen {} {} {}\n", last.origin(), last.size(), last.root());
    }
    for Witness { name, key, url } in witnesses {
        lines += &format!("witness {name} {key}{}\n", address(url));
    }
    let names: Vec<&str> = witnesses.iter().map(|witness| witness.name.as_str()).collect();
    lines += &match quorum {
        0 => "quorum none\n".into(),
        quorum => format!("group {GROUP} {quorum} {}\nquorum {GROUP}\n", names.join(" ")),
    };
    Ok(Policy::parse(lines.as_bytes())?)
}

fn address(url: &Option<String>) -> String {
    url.as_ref().map(|url| format!(" {url}")).unwrap_or_default()
}

/// How many of a policy's witnesses must cosign, if it has the form that [`make`] gives it.
pub fn quorum(policy: &Policy) -> Option<usize> {
    match (policy.quorum(), policy.groups()) {
        (Quorum::Nobody, []) => Some(0),
        (Quorum::Named(name), [group]) if *name == group.name && group.members.len() == policy.witnesses().len() => {
            Some(group.threshold)
        }
        _ => None,
    }
}

/// Reads `NAME=VKEY@URL`. A key has no `@` before its address, for a name of a key with one could not be told apart.
fn witness(text: &str) -> Result<Witness, String> {
    let (name, rest) = text.split_once('=').ok_or("not NAME=VKEY@URL")?;
    let (key, url) = rest.split_once('@').ok_or("it has no @URL")?;
    let key = VerifierKey::parse(key).map_err(|error| error.to_string())?;
    http::check_address(url)?;
    match record::text::is_name(name) && name != GROUP && name != "none" {
        true => Ok(Witness {
            name: name.into(),
            key,
            url: Some(url.into()),
        }),
        false => Err(format!(
            "'{}' is not a name like witness-a",
            record::text::plain(name, 40)
        )),
    }
}

/// The one group.
const GROUP: &str = "witnesses";
/// Outside rehearsals: clients ask for two of three from the start, so that one may fail and no one alone is believed.
const FEWEST: usize = 3;
const LOWEST: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "pki.rust-lang.org/test+b6145cea+AW7fpKc9fipx5h+7gKr25Xipx753k4LG1/yZ4IZADIMP";

    fn cosigner(name: &str) -> String {
        let seed = zeroize::Zeroizing::new(tlog::Hash::sha256(name.as_bytes()).0);
        tlog::Cosigner::new(&format!("{name}.example"), seed)
            .unwrap()
            .key()
            .to_string()
    }

    fn witnesses(names: &[&str]) -> Vec<Witness> {
        let one = |name: &&str| witness(&format!("{name}={}@https://{name}.example/w", cosigner(name))).unwrap();
        names.iter().map(one).collect()
    }

    #[test]
    fn reads_a_witness_in_one_form() {
        let key = cosigner("a");
        let read = witness(&format!("a={key}@https://a.example/w")).unwrap();
        assert_eq!((read.name.as_str(), read.key.to_string()), ("a", key.clone()));
        for bad in [
            String::new(),
            key.clone(),
            format!("a={key}"),
            format!("a={key}@"),
            format!("a={key}@http://a.example/"),
            format!("a={key}@https://a.example/ x"),
            format!("A={key}@https://a.example/"),
            format!("none={key}@https://a.example/"),
            format!("witnesses={key}@https://a.example/"),
            format!("={key}@https://a.example/"),
            format!("a=x{key}@https://a.example/"),
        ] {
            assert!(witness(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn outside_rehearsals_two_of_three_is_the_least() {
        let key = VerifierKey::parse(KEY).unwrap();
        let logs = [Log { key, url: None }];
        let three = witnesses(&["a", "b", "c"]);
        let policy = make(&logs, &[], &three, Some(2), false).unwrap();
        assert_eq!((quorum(&policy), policy.witnesses()), (Some(2), &three[..]));
        for (names, of) in [(&three[..], 1), (&three[..2], 2), (&three[..1], 1)] {
            let refused = make(&logs, &[], names, Some(of), false).unwrap_err();
            assert!(matches!(refused, Error::WitnessesFew { .. }), "{refused}");
            assert!(make(&logs, &[], names, Some(of), true).is_ok());
        }
        assert!(matches!(make(&logs, &[], &[], None, false), Err(Error::RehearsalOnly)));
        assert!(make(&logs, &[], &[], None, true).is_ok());
        for of in [0, 4] {
            assert!(matches!(
                make(&logs, &[], &three, Some(of), true),
                Err(Error::WitnessesFew { .. })
            ));
        }
        assert!(matches!(make(&logs, &[], &three, None, true), Err(Error::Usage { .. })));
    }
}
