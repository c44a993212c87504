//! Derived files: what they contain follows from others, byte for byte.

use record::sshsig::{SshsigError, allowed_signers_line, namespace};
use record::{Error, Member, Roster};

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

/// A certificate's `.pem`.
#[must_use]
pub fn pem(certificate: &x509::Certificate) -> String {
    certificate.to_pem()
}
