//! The roster: the members' own registrations, with infra's facts about terms and affiliations.

use std::path::PathBuf;

use clap::Args;
use record::labels::{About, label};
use record::messages::Registration;
use record::roster::{admin_of, approver_of};
use record::screen::Shown;
use record::sshsig::{self, SshKey, namespace};
use record::{Bundle, Bytes, Digest, Member, Roster, Time, cbor, digest, text, time};
use serde::Deserialize;

use crate::console::Console;
use crate::error::Error;
use crate::files;

/// What `plan roster` needs.
#[derive(Args)]
pub struct RosterArgs {
    /// The folder with the members' registrations and their signatures.
    #[arg(long)]
    registrations: PathBuf,
    /// Infra's facts (TOML): terms, and affiliations and countries in plain text. They stay with infra.
    #[arg(long)]
    facts: PathBuf,
    /// The roster that it follows; the first one follows none.
    #[arg(long, value_name = "ROSTER")]
    previous: Option<PathBuf>,
    /// The roster to be written.
    #[arg(long)]
    out: PathBuf,
}

/// What infra knows of the members. Only labels of it are published.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Facts {
    rehearsal: bool,
    number: u32,
    appointment: String,
    /// 32 random octets in hexadecimal: without them nobody can try out countries against labels.
    salt: String,
    member: Vec<MemberFacts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MemberFacts {
    id: String,
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    from: Time,
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    until: Time,
    affiliations: Vec<String>,
    residence: String,
    citizenships: Vec<String>,
}

/// Makes the roster. Its other rules are checked where it is used, against the policy.
pub fn roster(args: &RosterArgs, console: &Console) -> Result<(), Error> {
    let facts = read_facts(args)?;
    let bad = |what: &str| invalid(args, what.to_owned());
    let salt = digest::unhex(&facts.salt).and_then(|salt| <[u8; 32]>::try_from(salt).ok());
    let salt = salt.ok_or_else(|| bad("the salt is not 32 octets in 64 lower-case hexadecimal digits"))?;
    let mut members = Vec::new();
    for member in &facts.member {
        members.push(one(args, facts.rehearsal, &salt, member)?);
    }
    members.sort_by(|a, b| a.id.cmp(&b.id));
    let roster = Roster {
        number: facts.number,
        previous: previous(args, &facts)?,
        appointment: facts.appointment,
        members,
    };
    let encoded = Bundle::new(facts.rehearsal, roster).encode();
    let bytes = encoded.map_err(|cause| Error::input("the roster", cause))?;
    files::write_new(&args.out, &bytes)?;
    console.show(&Shown::Wrote {
        path: args.out.display().to_string(),
        what: "roster".into(),
    });
    console.show(&Shown::digest("roster", &Digest::of(&bytes)));
    Ok(())
}

/// The digest of the roster before, which must have the number before.
fn previous(args: &RosterArgs, facts: &Facts) -> Result<Option<Digest>, Error> {
    let Some(path) = &args.previous else {
        return match facts.number {
            1 => Ok(None),
            number => Err(Error::Usage {
                what: format!("roster {number} follows another one, and none is named"),
                hint: "name it with --previous: the newest in the store, roster/N.cbor".into(),
            }),
        };
    };
    let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
    let before = Roster::open(&bytes, facts.rehearsal);
    let before = before.map_err(|cause| Error::input(path.display().to_string(), cause))?;
    let next = before.number.saturating_add(1);
    match facts.number == next {
        true => Ok(Some(Digest::of(&bytes))),
        false => Err(invalid(
            args,
            format!(
                "the number is {}, but the roster after {} is {next}",
                facts.number, before.number
            ),
        )),
    }
}

fn one(args: &RosterArgs, rehearsal: bool, salt: &[u8; 32], facts: &MemberFacts) -> Result<Member, Error> {
    if !text::is_name(&facts.id) {
        return Err(invalid(
            args,
            format!("'{}' is not a name for a member", text::plain(&facts.id, 63)),
        ));
    }
    let registration = registration(args, rehearsal, &facts.id)?;
    let labels = |about, texts: &[String]| {
        texts
            .iter()
            .map(|text| label(salt, about, text))
            .collect::<Vec<Bytes>>()
    };
    let member = Member {
        id: facts.id.clone(),
        from: facts.from,
        until: facts.until,
        admin: admin_of(&facts.id),
        approver: approver_of(&facts.id),
        approval_key: registration.approval_key,
        admin_key: registration.admin_key,
        ssh_key: registration.ssh_key,
        affiliations: labels(About::Affiliation, &facts.affiliations),
        residence: label(salt, About::Country, &facts.residence),
        citizenships: labels(About::Country, &facts.citizenships),
    };
    // Judged here already: another id takes another registration.
    member.check_users().map_err(|cause| Error::Elsewhere {
        cause: Box::new(Error::input("the roster", cause)),
        hint: "the member registers with another id: at most 25 characters, and neither admin nor app-user; the HSM's \
               names for their users are made from it"
            .into(),
    })?;
    Ok(member)
}

/// A member's registration, signed with the SSH key that it names.
fn registration(args: &RosterArgs, rehearsal: bool, id: &str) -> Result<Registration, Error> {
    let path = args.registrations.join(format!("registration-{id}.cbor"));
    let bytes = files::read(&path, cbor::BUNDLE_LIMIT)?;
    let input = |cause| Error::input(path.display().to_string(), cause);
    let registration: Registration = Bundle::decode_marked(&bytes, rehearsal).map_err(input)?;
    let refused = |what: String| Error::Offered {
        member: id.to_owned(),
        kind: "registration",
        what,
    };
    if registration.member != id {
        return Err(refused(format!("it is of {}", text::plain(&registration.member, 63))));
    }
    let key = SshKey::parse(&registration.ssh_key).map_err(|error| refused(error.to_string()))?;
    let beside = path.with_extension("cbor.sig");
    let signature = files::read(&beside, 16 * 1024).map_err(|cause| Error::Elsewhere {
        cause: Box::new(cause),
        hint: format!(
            "{id} hands in two files: the registration, and the signature that lies beside it as {}",
            beside.display()
        )
        .into(),
    })?;
    sshsig::verify(&key, namespace::ROSTER, &bytes, &signature).map_err(|error| refused(error.to_string()))?;
    Ok(registration)
}

fn read_facts(args: &RosterArgs) -> Result<Facts, Error> {
    let bytes = files::read(&args.facts, 256 * 1024)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| invalid(args, error.to_string()))?;
    toml::from_str(text).map_err(|error| invalid(args, error.to_string().trim_end().to_owned()))
}

fn invalid(args: &RosterArgs, what: String) -> Error {
    Error::input(
        args.facts.display().to_string(),
        record::Error::Invalid { file: "facts", what },
    )
}
