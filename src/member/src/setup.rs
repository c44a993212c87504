//! `setup`: a member's keys, sealed in their home, and the registration that infra puts into the roster.

mod keep;

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use record::messages::Registration;
use record::roster::is_member_id;
use record::sshsig::SshKey;
use record::{Body, Bundle, Digest, Time, sshsig, text};

pub use keep::{Keep, Key};

use crate::error::Error;
use crate::files::{self, PRIVATE, PUBLIC};
use crate::home::{ADMIN, APPROVAL, FOLDERS, Fingerprints, Home, MEMBER, MemberFile, SSH, SSH_PUBLIC};
use crate::keys::{self, Cost, Keeping, New};
use crate::outbox::Outbox;
use crate::session::{self, Session};
use crate::show;
use crate::terminal::Terminal;

/// Makes the keys, the home and the registration.
///
/// # Errors
/// Anything is there already, no passphrase, or production keys.
pub fn run(
    home: &Path,
    now: Option<Time>,
    (id, rehearsal): (&str, bool),
    keep: Option<&Keep<'_>>,
    out: &Path,
) -> Result<(), Error> {
    session::clock(now, rehearsal)?;
    if !is_member_id(id) {
        return Err(Error::NotAnId(text::plain(id, 63)));
    }
    if !rehearsal {
        return Err(Error::ProductionKeysInFiles);
    }
    let outbox = Outbox::claim(out, &format!("registration-{id}.cbor"))?;
    for name in [MEMBER, APPROVAL, ADMIN, SSH, SSH_PUBLIC] {
        files::demand_absent(&home.join(name))?;
    }
    let old = keep.map(|keep| keep.open(id)).transpose()?;
    let mut terminal = Terminal::open()?;
    // Old keys and new ones are sealed alike.
    let passphrase = match old {
        Some(_) => terminal.passphrase(id)?,
        None => terminal.new_passphrase(id)?,
    };
    // Keys whose registration cannot be written would be of no use.
    outbox.prepare()?;
    let cost = Cost::of(rehearsal);
    let mut new = keys::make(&passphrase, cost)?;
    if let (Some(keep), Some(old)) = (keep, &old) {
        new = keep.mixed(old, &passphrase, new)?;
    }
    let member = member_file(id, rehearsal, cost, &new)?;
    let registration = registration(&member, &new);
    let bundle = Bundle::new(rehearsal, registration).encode().map_err(Error::encode)?;
    let signature = sshsig::sign(&new.ssh, Registration::NAMESPACE, &bundle).map_err(Error::sign)?;
    write_home(home, &member, &new, keep)?;
    Home::open(home)?.keep_made(&bundle)?;
    terminal.show(&page(&member))?;
    terminal.show(&outbox.deliver(&bundle, &signature)?)
}

/// Writes the registration of keys that exist again: the same bundle, signed with the same key.
///
/// # Errors
/// Another member's home, no registration in it, or a wrong passphrase.
pub fn again(session: &mut Session, home: &Path, id: &str, out: &Path) -> Result<(), Error> {
    if session.id() != id {
        let (asked, own) = (text::plain(id, 63), session.id().to_owned());
        return Err(Error::OtherMember { asked, own });
    }
    let own = |made: &(Digest, Registration)| is_of(session.home.member(), &made.1);
    let Some((_, registration)) = session.home.made::<Registration>()?.into_iter().find(own) else {
        return Err(Error::NotRegistered { home: home.into() });
    };
    let outbox = Outbox::claim(out, &format!("registration-{id}.cbor"))?;
    outbox.prepare()?;
    session.terminal.show(&page(session.home.member()))?;
    let passphrase = session.terminal.passphrase(id)?;
    let ssh = keys::unlock_ssh(&session.home, &passphrase)?;
    session.deliver(&ssh, registration, outbox)
}

/// Whether a registration is of these keys, not of those that they took the place of.
fn is_of(member: &MemberFile, registration: &Registration) -> bool {
    registration.ssh_key == member.ssh_key
        && Digest::of(&registration.approval_key) == member.fingerprints.approval
        && Digest::of(&registration.admin_key) == member.fingerprints.admin
}

fn member_file(id: &str, rehearsal: bool, cost: Cost, new: &New) -> Result<MemberFile, Error> {
    let ssh_key = SshKey::from_private(&new.ssh).map_err(Error::sign)?.line().to_owned();
    let [approval, admin] = [&new.approval, &new.admin].map(|key| Digest(key.public.fingerprint()));
    let fingerprints = Fingerprints { approval, admin };
    Ok(MemberFile {
        version: 1,
        id: id.into(),
        rehearsal,
        keys: Keeping::Files,
        cost,
        ssh_key,
        fingerprints,
    })
}

fn registration(member: &MemberFile, new: &New) -> Registration {
    Registration {
        member: member.id.clone(),
        approval_key: new.approval.public.spki_der().into(),
        admin_key: new.admin.public.spki_der().into(),
        ssh_key: member.ssh_key.clone(),
    }
}

/// The home is usable once `member.toml` is there, so that comes last.
fn write_home(home: &Path, member: &MemberFile, new: &New, keep: Option<&Keep<'_>>) -> Result<(), Error> {
    let failed = |cause| Error::Write {
        path: home.into(),
        cause,
    };
    let folder = |path: &Path| {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(failed)
    };
    folder(home)?;
    let empty = fs::read_dir(home).map_err(failed)?.next().is_none();
    if empty {
        fs::set_permissions(home, fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    FOLDERS.iter().try_for_each(|name| folder(&home.join(name)))?;
    keep.map_or(Ok(()), |keep| keep.remember(home))?;
    files::create(&home.join(APPROVAL), new.approval.file.as_bytes(), PRIVATE)?;
    files::create(&home.join(ADMIN), new.admin.file.as_bytes(), PRIVATE)?;
    files::create(&home.join(SSH), new.ssh_file.as_bytes(), PRIVATE)?;
    files::create(
        &home.join(SSH_PUBLIC),
        format!("{}\n", member.ssh_key).as_bytes(),
        PUBLIC,
    )?;
    files::create(&home.join(MEMBER), member.text().as_bytes(), PRIVATE)?;
    files::sync(home)
}

fn page(member: &MemberFile) -> Vec<String> {
    let mut page = show::top(&format!("The keys of {}", member.id), member.rehearsal);
    page.extend(show::note(
        "The approval key signs quorum tokens, the admin key signs in to your admin account, and the \
        SSH key signs everything that you say. Read these fingerprints to infra over the telephone.",
    ));
    page.extend(show::digest("approval key, SHA-256", &member.fingerprints.approval));
    page.extend(show::digest("admin key, SHA-256", &member.fingerprints.admin));
    page.extend(show::field("SSH key", &show::ssh_key(&member.ssh_key)));
    page.extend(show::note(
        "Send the registration and its signature to infra. Keep the home, and a backup of it; \
        without its passphrase nobody can use the keys, you neither.",
    ));
    page
}
