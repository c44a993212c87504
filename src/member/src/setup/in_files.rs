//! Keys made here and sealed in files of the home: for rehearsals only.

use record::messages::Registration;
use record::sshsig::SshKey;
use record::{Body as _, Bundle, Digest, sshsig};

use super::{Made, Wanted};
use crate::error::Error;
use crate::home::{ADMIN, APPROVAL, Fingerprints, Home, MemberFile, SSH};
use crate::keys::{self, Cost, Keeping, New};
use crate::terminal::Terminal;

/// Asks for the passphrase and makes all keys, but those that an old home keeps.
///
/// # Errors
/// No passphrase, a wrong one of the old home, or no randomness.
pub fn make(wanted: &Wanted<'_>, old: Option<&Home>, terminal: &mut Terminal) -> Result<Made, Error> {
    if old.is_some_and(|old| old.member().keys != Keeping::Files) {
        return Err(Error::KeptElsewhere);
    }
    // Old keys and new ones are sealed alike.
    let passphrase = match old {
        Some(_) => terminal.passphrase(wanted.id)?,
        None => terminal.new_passphrase(wanted.id)?,
    };
    let mut new = keys::make(&passphrase, Cost::REHEARSAL)?;
    if let (Some(keep), Some(old)) = (&wanted.keep, old) {
        new = keep.mixed(old, &passphrase, new)?;
    }
    let member = member_file(wanted, &new)?;
    let registration = Registration {
        member: member.id.clone(),
        approval_key: new.approval.public.spki_der().into(),
        admin_key: new.admin.public.spki_der().into(),
        ssh_key: member.ssh_key.clone(),
    };
    let bundle = Bundle::new(wanted.rehearsal, registration)
        .encode()
        .map_err(Error::encode)?;
    let signature = sshsig::sign(&new.ssh, Registration::NAMESPACE, &bundle).map_err(Error::sign)?;
    Ok(Made {
        member,
        origins: None,
        sealed: vec![
            (APPROVAL, new.approval.file),
            (ADMIN, new.admin.file),
            (SSH, new.ssh_file),
        ],
        bundle,
        signature,
    })
}

fn member_file(wanted: &Wanted<'_>, new: &New) -> Result<MemberFile, Error> {
    let ssh_key = SshKey::from_private(&new.ssh).map_err(Error::sign)?.line().to_owned();
    let [approval, admin] = [&new.approval, &new.admin].map(|key| Digest(key.public.fingerprint()));
    Ok(MemberFile {
        version: 1,
        id: wanted.id.into(),
        rehearsal: wanted.rehearsal,
        keys: Keeping::Files,
        cost: Some(Cost::REHEARSAL),
        ssh_key,
        ssh_file: None,
        token: None,
        fingerprints: Fingerprints { approval, admin },
    })
}
