//! Keys made or adopted in a PKCS#11 token, and an SSH key that the member has.

use std::path::PathBuf;

use pkcs11::{KeyName, TokenName};
use record::messages::{KeyUse, Registration};
use record::{Body as _, Bundle, Digest, digest};

use super::{Key, Made, Wanted};
use crate::error::{Error, key_name};
use crate::home::{Fingerprints, Home, MemberFile, Others};
use crate::keys::{Adopted, Keeping, Keys, Opened, Origin, TokenKey, TokenKeys, TokenPlace, touches};
use crate::terminal::Terminal;

/// What the member says of their token.
#[derive(clap::Args)]
pub struct Choice {
    /// The token's PKCS#11 module: a shared library
    /// of its vendor's, such as libykcs11.so
    #[arg(long, value_name = "FILE", requires_all = ["token", "ssh_key"], verbatim_doc_comment)]
    module: Option<PathBuf>,
    /// The token: its label, or serial: and its
    /// serial number
    #[arg(long, value_name = "NAME", requires = "module", verbatim_doc_comment)]
    token: Option<TokenName>,
    /// The approval key in it: its label, or id: and
    /// its id; on a YubiKey id:02 is the slot 9c.
    /// Without it, the key labelled approval
    #[arg(
        long,
        value_name = "NAME",
        requires = "module",
        default_value = "approval",
        hide_default_value = true,
        verbatim_doc_comment
    )]
    approval_key: KeyName,
    /// The admin key in it, likewise; id:03 is 9d.
    /// Without it, the key labelled admin
    #[arg(
        long,
        value_name = "NAME",
        requires = "module",
        default_value = "admin",
        hide_default_value = true,
        verbatim_doc_comment
    )]
    admin_key: KeyName,
    /// Make both keys in the token, instead of taking
    /// those that are there
    #[arg(long, requires = "module", verbatim_doc_comment)]
    make: bool,
    /// Your own SSH key: the file of its public half.
    /// The private one lies beside it, in an agent,
    /// or in a security key
    #[arg(long, value_name = "FILE.pub", requires = "module", verbatim_doc_comment)]
    ssh_key: Option<PathBuf>,
}

impl Choice {
    /// Whether a token is named at all.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.module.is_some()
    }
}

/// Opens the token, makes or finds both keys, has each of them sign once, and has the SSH key sign the registration.
///
/// # Errors
/// No token, a wrong PIN, keys that do not fit or are known for the other purpose, or a key that does not sign.
pub fn choose(
    wanted: &Wanted<'_>,
    choice: &Choice,
    (old, others): (Option<&Home>, &Others),
    terminal: &mut Terminal,
) -> Result<Made, Error> {
    let (Some(module), Some(name), Some(ssh)) = (&choice.module, &choice.token, &choice.ssh_key) else {
        return Err(Error::ProductionKeysInFiles);
    };
    let module = std::path::absolute(module).map_err(|cause| Error::Read {
        path: module.clone(),
        cause,
    })?;
    let ssh = Adopted::read(ssh)?;
    terminal.show(&touches(TRIALS, &ssh))?;
    let mut opened = Opened::at(&module, name, terminal)?;
    let mut all = opened.fingerprints()?;
    others.demand_unknown(wanted.rehearsal, &all, ssh.key().line())?;
    if choice.make {
        opened.make(KeyUse::Approval, &choice.approval_key)?;
        opened.make(KeyUse::Admin, &choice.admin_key)?;
    }
    let (approval, admin) = (opened.find(&choice.approval_key)?, opened.find(&choice.admin_key)?);
    all.extend([approval.fingerprint(), admin.fingerprint()]);
    others.demand_unknown(wanted.rehearsal, &all, ssh.key().line())?;
    if approval.public == admin.public {
        return Err(Error::OneKeyForBoth);
    }
    demand_made_there(wanted, (&approval, &admin))?;
    let origins = [approval.origin(), admin.origin()];
    let member = member_file(wanted, (module, &opened), (&approval, &admin), &ssh);
    demand_kept(wanted, old, others, &member)?;
    let registration = registration(&member, &approval, &admin);
    let bundle = Bundle::new(wanted.rehearsal, registration)
        .encode()
        .map_err(Error::encode)?;
    let rsa = Box::new(TokenKeys::new(opened, approval, admin));
    let mut keys = Keys::counted(rsa, ssh, TRIALS + 1);
    for key in [KeyUse::Approval, KeyUse::Admin] {
        keys.sign_rsa(key, &trial()?)?;
    }
    let signature = keys.sign_ssh(Registration::NAMESPACE, &bundle)?;
    Ok(Made {
        member,
        origins: Some(origins),
        sealed: Vec::new(),
        bundle,
        signature,
    })
}

fn member_file(
    wanted: &Wanted<'_>,
    (module, opened): (PathBuf, &Opened),
    (approval, admin): (&TokenKey, &TokenKey),
    ssh: &Adopted,
) -> MemberFile {
    MemberFile {
        version: 1,
        id: wanted.id.into(),
        rehearsal: wanted.rehearsal,
        keys: Keeping::Token,
        cost: None,
        ssh_key: ssh.key().line().to_owned(),
        ssh_file: Some(ssh.file().into()),
        token: Some(TokenPlace {
            module,
            token: opened.name().to_string(),
            approval: approval.name().to_string(),
            admin: admin.name().to_string(),
        }),
        fingerprints: Fingerprints {
            approval: approval.fingerprint(),
            admin: admin.fingerprint(),
        },
    }
}

fn registration(member: &MemberFile, approval: &TokenKey, admin: &TokenKey) -> Registration {
    Registration {
        member: member.id.clone(),
        approval_key: approval.public.spki_der().into(),
        admin_key: admin.public.spki_der().into(),
        ssh_key: member.ssh_key.clone(),
    }
}

/// In production, a key that was outside of the token may still be there. Who made it elsewhere is not known to anybody.
fn demand_made_there(wanted: &Wanted<'_>, (approval, admin): (&TokenKey, &TokenKey)) -> Result<(), Error> {
    let outside = |(key, found): &(KeyUse, &TokenKey)| match found.origin() {
        Origin::Outside(attribute) => Some(Error::KeyFromOutside { key: *key, attribute }),
        Origin::Made | Origin::NotSaid => None,
    };
    let both = [(KeyUse::Approval, approval), (KeyUse::Admin, admin)];
    match both.iter().find_map(outside).filter(|_| !wanted.rehearsal) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// A key that has a home already keeps its memory: there it stands that the approval key was registered, and what it
/// approved. With `--keep` all keys but those named as new must be the old home's, and those must not: two homes of the
/// same keys know nothing of each other's approvals.
fn demand_kept(wanted: &Wanted<'_>, old: Option<&Home>, others: &Others, member: &MemberFile) -> Result<(), Error> {
    let Some((keep, old)) = wanted.keep.as_ref().zip(old) else {
        return match others.with_approval_key(wanted.rehearsal, &member.fingerprints.approval) {
            Some(home) => Err(Error::KeyHasHome { home: home.into() }),
            None => Ok(()),
        };
    };
    let keys = same(old.member(), member);
    let which = |same: bool, new: bool| {
        let found = keys
            .iter()
            .find(|key| key.1 == same && keep.new.contains(&key.0) == new);
        found.map(|(key, _)| match key {
            Key::Approval => key_name(KeyUse::Approval),
            Key::Admin => key_name(KeyUse::Admin),
            Key::Ssh => "SSH key",
        })
    };
    if let Some(which) = which(false, false) {
        return Err(Error::NotKept { which });
    }
    if let Some(which) = which(true, true) {
        return Err(Error::NotNew { which });
    }
    match others.twins(member).next() {
        Some(home) => Err(Error::KeyHasHome { home: home.into() }),
        None => Ok(()),
    }
}

/// Each key, and whether two homes have the same.
fn same(old: &MemberFile, new: &MemberFile) -> [(Key, bool); 3] {
    [
        (Key::Approval, old.fingerprints.approval == new.fingerprints.approval),
        (Key::Admin, old.fingerprints.admin == new.fingerprints.admin),
        (Key::Ssh, old.ssh_key == new.ssh_key),
    ]
}

/// A digest of our own making, that no quorum token can be: its message is known, and begins with other words.
fn trial() -> Result<Digest, Error> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|e| Error::Key {
        doing: "drawing a trial's octets",
        what: e.to_string(),
    })?;
    Ok(Digest::of(
        format!("trial at setup, {}", digest::hex(&random)).as_bytes(),
    ))
}

/// Each RSA key signs once.
const TRIALS: usize = 2;
