//! What is settled before any command goes to the HSM: a mistake found later would cost the cluster.

use std::path::Path;

use record::roster::is_user_name;
use record::{Member, Roster};

use super::{InitialiseArgs, stopped};
use crate::error::Error;
use crate::hsm::evidence::Evidence;

/// The key owner's name: one that CloudHSM takes, and not one that it has.
pub(super) fn owner(name: &str) -> Result<(), Error> {
    if !is_user_name(name) {
        let what = format!("the key owner '{}' is no user name", record::text::plain(name, 40));
        return refused(what, "a name has 1 to 31 of a-z, 0-9 and _");
    }
    match name {
        "admin" => refused(
            "the key owner cannot be admin: that is the HSM's first user, who is deleted",
            ANOTHER,
        ),
        "app_user" => refused("the key owner cannot be app_user: that is the HSM's own user", ANOTHER),
        _ => Ok(()),
    }
}

/// CloudHSM does not tell upper case from lower.
pub(super) fn no_member(owner: &str, roster: &Roster) -> Result<(), Error> {
    let same = |name: &str| name.eq_ignore_ascii_case(owner);
    let owns = |member: &&Member| same(&member.approver) || same(&member.admin);
    match roster.members.iter().find(owns) {
        None => Ok(()),
        Some(member) => refused(
            format!("the key owner {owner} is a user of {}", member.id),
            "name an owner who is no member",
        ),
    }
}

/// What only a rehearsal may do without.
pub fn evidence(evidence: &Evidence, rehearsal: bool) -> Result<(), Error> {
    let demanded = [
        (
            evidence.has_customer_ca(),
            "the customer CA is not named, and this is no rehearsal",
            "name --customer-ca: from now on all trust in this cluster hangs on it",
        ),
        (
            evidence.has_identity(),
            "nothing proves the HSM's identity, and this is no rehearsal",
            "name --described with what AWS described before the cluster was initialised, and both roots",
        ),
        (
            evidence.has_cluster_certificate(),
            "the cluster's certificate is not named, and this is no rehearsal",
            "name --cluster-certificate: nothing else ties the customer CA to the request of this HSM",
        ),
    ];
    match demanded.into_iter().find(|(named, ..)| !named) {
        Some((_, what, hint)) if !rehearsal => refused(what, hint),
        _ => Ok(()),
    }
}

/// The HSM's command line is there and can be run.
pub(super) fn command_line(program: &Path) -> Result<(), Error> {
    let runs = |path: &Path| {
        use std::os::unix::fs::PermissionsExt as _;
        let data = path.metadata();
        data.is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
    };
    let search = std::env::var_os("PATH").unwrap_or_default();
    let found = match program.components().count() {
        1 => std::env::split_paths(&search).any(|folder| runs(&folder.join(program))),
        _ => runs(program),
    };
    match found {
        true => Ok(()),
        false => refused(
            format!("{} is no program that can be run", program.display()),
            "name cloudhsm-cli with --hsm-cli",
        ),
    }
}

/// Nothing lies where the ceremony writes.
pub(super) fn places(args: &InitialiseArgs) -> Result<(), Error> {
    let journal = args.journal();
    if journal.exists() {
        return Err(stopped::earlier(&journal));
    }
    folders(&args.inbound, &args.outbound)
}

/// No request and no answer of another initialisation lies where those of this one will.
pub fn folders(inbound: &Path, outbound: &Path) -> Result<(), Error> {
    let kinds = [
        (outbound, "key-request-"),
        (outbound, "hand-over-"),
        (inbound, "key-answer-"),
    ];
    for (folder, kind) in kinds {
        let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let old = names
            .map(|entry| entry.file_name())
            .find(|name| name.to_string_lossy().starts_with(kind));
        if let Some(name) = old {
            return Err(Error::Disk {
                what: format!(
                    "{} is there already, of another initialisation",
                    folder.join(name).display()
                ),
                hint: "move it away, or name another folder; nothing was begun",
            });
        }
    }
    Ok(())
}

fn refused(what: impl Into<String>, hint: &str) -> Result<(), Error> {
    Err(Error::Usage {
        what: what.into(),
        hint: hint.into(),
    })
}

const ANOTHER: &str = "name another user";

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        evidence: Evidence,
    }

    fn demanded(rehearsal: bool, more: &[&str]) -> Result<(), (String, Option<String>)> {
        let line = Line::parse_from(["ceremony"].iter().chain(more));
        evidence(&line.evidence, rehearsal).map_err(|error| (error.to_string(), error.hint()))
    }

    #[test]
    fn outside_rehearsals_the_customer_ca_the_identity_and_what_ties_them_are_demanded() {
        let (ca, identity) = (["--customer-ca", "ca.pem"], ["--described", "described.json"]);
        let cluster = ["--cluster-certificate", "cluster.pem"];
        demanded(true, &[]).expect("a rehearsal does without");
        demanded(false, &[ca, identity, cluster].concat()).expect("all are named");
        let (error, hint) = demanded(false, &identity).expect_err("no CA");
        assert_eq!(error, "the customer CA is not named, and this is no rehearsal");
        assert!(hint.expect("a hint").starts_with("name --customer-ca: "));
        let (error, hint) = demanded(false, &[ca, cluster].concat()).expect_err("no identity");
        assert_eq!(error, "nothing proves the HSM's identity, and this is no rehearsal");
        assert!(hint.expect("a hint").starts_with("name --described "));
        let (error, hint) = demanded(false, &[ca, identity].concat()).expect_err("nothing ties them");
        assert_eq!(
            error,
            "the cluster's certificate is not named, and this is no rehearsal"
        );
        assert!(hint.expect("a hint").starts_with("name --cluster-certificate: "));
    }

    #[test]
    fn an_owner_is_a_name_that_cloudhsm_takes_and_does_not_have() {
        for good in ["root_owner", "o", "a23456789_123456789_123456789_1"] {
            owner(good).expect(good);
        }
        let no_name = |name: &str| format!("the key owner '{name}' is no user name");
        let long = "a23456789_123456789_123456789_12";
        for (bad, error) in [
            ("", no_name("")),
            (long, no_name(long)),
            ("root-owner", no_name("root-owner")),
            ("Root_Owner", no_name("Root_Owner")),
            ("root owner", no_name("root owner")),
            (
                "admin",
                "the key owner cannot be admin: that is the HSM's first user, who is deleted".into(),
            ),
            (
                "app_user",
                "the key owner cannot be app_user: that is the HSM's own user".into(),
            ),
        ] {
            assert_eq!(owner(bad).expect_err(bad).to_string(), error);
        }
    }

    #[test]
    fn a_program_is_a_file_that_can_be_run() {
        for good in ["/bin/sh", "sh"] {
            command_line(Path::new(good)).expect(good);
        }
        for bad in ["/etc/passwd", "/bin", "/bin/no-such-program", "no-such-program"] {
            let error = command_line(Path::new(bad)).expect_err(bad);
            assert_eq!(error.to_string(), format!("{bad} is no program that can be run"));
            assert_eq!(error.exit_code(), 2);
        }
    }
}
