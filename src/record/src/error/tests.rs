//! Whatever a hostile file has for names, values and lines, its refusal shows nothing that a terminal obeys.

use std::collections::BTreeSet;
use std::mem::{Discriminant, discriminant};

use serde_cbor::Value;

use crate::journal::Journal;
use crate::plan::{Inbound, Plan, PlanBundle};
use crate::sshsig::SshsigError;
use crate::{AnyBundle, Bundle, Bytes, Digest, Error, Policy, Roster, Signed, bundle, cbor};

/// Escapes of two alphabets, a change of direction, letters that take no or two columns, and lines that would be ours.
const HOSTILE: &str = "a\u{1b}[2J\u{9b}1m\u{202e}\u{5d0}\u{200b}\u{4e2d}\u{7}\r\nceremony: hint: all is well";
/// The same as TOML's basic string has it.
const IN_TOML: &str = "a\\u001b[2J\\u009b1m\\u202e\\u05d0\\u200b\\u4e2d\\u0007\\r\\nceremony: hint: all is well";

const PLAN: &str = include_str!("../../../../ceremony-scripts/root-generation/plan.toml");
const POLICY: &str = include_str!("../../../../ceremony-scripts/root-generation/policy.toml");

/// What was refused, by its variant; and that all of it is plain.
#[derive(Default)]
struct Refused(Vec<Discriminant<Error>>);

impl Refused {
    #[track_caller]
    fn take<T>(&mut self, result: Result<T, Error>) {
        let Err(error) = result else { return };
        is_plain(&error);
        self.0.push(discriminant(&error));
    }
}

#[track_caller]
fn is_plain(error: &Error) {
    let shown = error.to_string();
    let parsers = matches!(error, Error::Toml { .. });
    for line in [Some(shown.clone()), error.hint()].into_iter().flatten() {
        let obeyed = line.chars().find(|letter| match letter {
            '\n' => !parsers,
            letter => !letter.is_ascii_graphic() && *letter != ' ',
        });
        assert_eq!(obeyed, None, "{line:?}");
        assert!(line.lines().all(|line| !line.starts_with("ceremony:")), "{line:?}");
    }
    assert!(shown.len() < 20_000, "{} octets", shown.len());
}

/// Every tree that differs from this one by one hostile name or value.
fn changed(value: &Value) -> Vec<Value> {
    let hostile = || Value::Text(HOSTILE.into());
    let mut all = vec![hostile()];
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate().take(3) {
                all.extend(changed(item).into_iter().map(|item| {
                    let mut items = items.clone();
                    items[at] = item;
                    Value::Array(items)
                }));
            }
        }
        Value::Map(fields) => {
            let mut more = fields.clone();
            more.insert(hostile(), Value::Integer(1));
            all.push(Value::Map(more));
            for (name, one) in fields {
                let mut renamed = fields.clone();
                renamed.remove(name);
                renamed.insert(hostile(), one.clone());
                all.push(Value::Map(renamed));
                all.extend(changed(one).into_iter().map(|one| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), one);
                    Value::Map(fields)
                }));
            }
        }
        _ => {}
    }
    all
}

#[test]
fn no_refusal_of_a_hostile_bundle_shows_what_a_terminal_obeys() {
    let mut refused = Refused::default();
    let mut kinds = 0;
    for (_, good) in crate::any::tests::vectors() {
        kinds += 1;
        let value: Value = cbor::decode(&good).expect("CBOR");
        for hostile in changed(&value) {
            let bytes = cbor::encode(&hostile).expect("CBOR");
            refused.take(AnyBundle::decode(&bytes));
            refused.take(Bundle::<Roster>::decode(&bytes));
            refused.take(bundle::peek(&bytes));
            refused.take(Inbound::open(&bytes));
            refused.take(Journal::read(&[&[0x58, 0xff], &bytes[..bytes.len().min(255)]].concat()));
        }
    }
    assert!(kinds > 15 && refused.0.len() > 1_000, "{kinds}, {}", refused.0.len());
    let found: BTreeSet<String> = refused.0.iter().map(|one| format!("{one:?}")).collect();
    assert!(found.len() >= 4, "{found:?}");
}

#[test]
fn no_refusal_of_a_hostile_plan_or_policy_shows_what_a_terminal_obeys() {
    let mut refused = Refused::default();
    for good in [PLAN, POLICY] {
        let good = good.replace('@', "0");
        // Every value, every name, and a line that is no TOML: as text, and with the characters themselves.
        let lines: Vec<&str> = good.lines().filter(|line| !line.starts_with('#')).collect();
        for at in 0..lines.len() {
            let (name, value) = lines[at].split_once(" = ").unwrap_or((lines[at], ""));
            for line in [
                format!("{name} = \"{IN_TOML}\""),
                format!("\"{IN_TOML}\" = {value}"),
                format!("{name} = [\"{IN_TOML}\"]"),
                format!("[\"{IN_TOML}\"]"),
                format!("{name} = {HOSTILE}"),
                format!("{}{HOSTILE}{}", lines[at], "x".repeat(5_000)),
            ] {
                let mut text = lines.clone();
                text[at] = &line;
                let text = text.join("\n");
                refused.take(Plan::parse(text.as_bytes()));
                refused.take(Policy::parse(text.as_bytes()));
                let inputs = [(HOSTILE.to_owned(), Bytes(Vec::new()))].into();
                refused.take(Inbound::pack(text.as_bytes(), inputs));
            }
        }
    }
    refused.take(Plan::parse(HOSTILE.as_bytes()));
    refused.take(Policy::parse(&[0xff, 0x1b]));
    assert!(refused.0.len() > 500, "{}", refused.0.len());
}

#[test]
fn no_variant_shows_what_a_terminal_obeys() {
    let hostile = || HOSTILE.to_owned();
    let digest = Digest::of(b"x").hex();
    let (file, kind, expected) = ("plan.toml", "plan", "plan");
    for error in [
        Error::Cbor(hostile()),
        Error::Encoding(hostile()),
        Error::OtherType {
            expected,
            found: hostile(),
        },
        Error::UnknownType { found: hostile() },
        Error::OtherVersion { kind, found: 7 },
        Error::Toml { file, what: hostile() },
        Error::Invalid { file, what: hostile() },
        Error::OwnerIsNoUser { owner: hostile() },
        Error::InputDigest {
            name: hostile(),
            planned: digest.clone(),
            found: digest,
        },
        Error::InputSet {
            name: hostile(),
            planned: true,
        },
        Error::InputSet {
            name: hostile(),
            planned: false,
        },
        Error::NoSuchMember(hostile()),
        Error::Signature {
            member: hostile(),
            cause: SshsigError::OtherKey {
                expected: "SHA256:a".into(),
                found: "SHA256:b".into(),
            },
        },
        Error::Journal {
            entry: 1,
            what: hostile(),
        },
    ] {
        if !matches!(error, Error::Toml { .. }) {
            is_plain(&error);
        }
    }
    let toml = Error::Toml { file, what: hostile() };
    let shown = toml.to_string();
    assert!(shown.contains("\\u{202e}") && !shown.contains('\u{1b}'), "{shown:?}");
    let signed = Signed {
        bundle: Bytes(Vec::new()),
        signature: hostile(),
        member: hostile(),
    };
    let roster = Roster {
        number: 1,
        previous: None,
        appointment: String::new(),
        members: Vec::new(),
    };
    is_plain(&roster.member(&signed.member).expect_err("nobody"));
    is_plain(&signed.open::<PlanBundle>(&roster, true).expect_err("no bundle"));
}
