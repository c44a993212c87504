//! Derived files: what they contain follows from others, byte for byte.

use std::collections::BTreeSet;

use record::sshsig::{SshsigError, allowed_signers_line, namespace};
use record::{Error, Member, Roster};

use crate::layout;

/// `allowed_signers` of a roster, as `ssh-keygen -Y verify` reads it: each member by id, with the dates of their term and
/// every namespace that members sign in.
///
/// # Errors
/// A key or id that the roster's own checks refuse too.
pub fn allowed_signers(roster: &Roster) -> Result<String, Error> {
    let line = |member: &Member| {
        let refused = |cause: SshsigError| Error::Signature {
            member: member.id.clone(),
            cause,
        };
        let (from, until) = (Some(member.from), Some(member.until));
        let line = allowed_signers_line(&member.id, &member.ssh_key()?, &namespace::OF_MEMBERS, from, until);
        line.map(|line| line + "\n").map_err(refused)
    };
    roster.members.iter().map(line).collect()
}

/// The list of a store's files, itself among them: a line each, sorted.
#[must_use]
pub fn files<'p>(paths: impl IntoIterator<Item = &'p str>) -> String {
    let all: BTreeSet<&str> = paths.into_iter().chain([layout::FILES]).collect();
    all.into_iter().map(|path| format!("{path}\n")).collect()
}

/// Reads such a list.
///
/// # Errors
/// In words: a line that is no path of a store, or one that is not in its place.
pub fn parse_files(text: &str) -> Result<BTreeSet<String>, String> {
    if let Some(line) = text.lines().find(|line| !layout::is_plain(line)) {
        return Err(format!("'{}' is no path of a store", record::text::plain(line, 80)));
    }
    let all: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    match files(all.iter().map(String::as_str)) == text {
        true => Ok(all),
        false => Err("it is not sorted, names a file twice, or does not name itself".into()),
    }
}

/// A certificate's `.pem`.
#[must_use]
pub fn pem(certificate: &x509::Certificate) -> String {
    certificate.to_pem()
}
