//! `setup`: a member's keys, sealed in their home or chosen in a token, and the registration that infra puts into the roster.

mod in_files;
mod in_token;
mod keep;

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use record::messages::{KeyUse, Registration};
use record::roster::is_member_id;
use record::{Digest, Time, text};

pub use in_token::Choice;
pub use keep::{Keep, Key};

use crate::error::{Error, key_name};
use crate::files::{self, PRIVATE, PUBLIC};
use crate::home::{self, ADMIN, APPROVAL, FOLDERS, Home, MEMBER, MemberFile, Others, SSH, SSH_PUBLIC};
use crate::keys::Origin;
use crate::outbox::Outbox;
use crate::session::{self, Session};
use crate::show;
use crate::terminal::Terminal;

/// Whose keys, for what, and where everything goes.
pub struct Wanted<'a> {
    /// The new home.
    pub home: &'a Path,
    /// The member's id.
    pub id: &'a str,
    /// Whether the keys are for rehearsals.
    pub rehearsal: bool,
    /// Keys of another home that stay.
    pub keep: Option<Keep<'a>>,
    /// Other homes of this member, elsewhere.
    pub others: &'a [PathBuf],
    /// The registration's folder.
    pub out: &'a Path,
}

/// Makes or chooses the keys, and makes the home and the registration.
///
/// # Errors
/// Anything is there already, no passphrase or PIN, production keys in files, or keys of the other purpose.
pub fn run(wanted: &Wanted<'_>, now: Option<Time>, token: Option<&Choice>) -> Result<(), Error> {
    session::clock(now, wanted.rehearsal)?;
    if !is_member_id(wanted.id) {
        return Err(Error::NotAnId(text::plain(wanted.id, 63)));
    }
    if !wanted.rehearsal && token.is_none() {
        return Err(Error::ProductionKeysInFiles);
    }
    // Keys whose registration cannot be written would be of no use.
    let outbox = Outbox::claim(wanted.out, &format!("registration-{}.cbor", wanted.id))?;
    for name in [MEMBER, APPROVAL, ADMIN, SSH, SSH_PUBLIC] {
        files::demand_absent(&wanted.home.join(name))?;
    }
    let old = wanted.keep.as_ref().map(|keep| keep.open(wanted.id)).transpose()?;
    // What it remembers has its mark, and is of no use to the other purpose.
    if old
        .as_ref()
        .is_some_and(|old| old.member().rehearsal != wanted.rehearsal)
    {
        return Err(Error::KeyOfOtherPurpose {
            rehearsal: wanted.rehearsal,
            home: old.map(|old| old.path().to_owned()).unwrap_or_default(),
        });
    }
    // What it remembers is copied, and nothing may be added to it meanwhile.
    let _lock = old.as_ref().map(Home::lock).transpose()?;
    let others = Others::beside(wanted.home).all_read()?.and(wanted.others)?;
    let mut terminal = Terminal::open()?;
    let made = match token {
        None => in_files::make(wanted, old.as_ref(), &mut terminal)?,
        Some(choice) => in_token::choose(wanted, choice, (old.as_ref(), &others), &mut terminal)?,
    };
    write_home(wanted, &made)?;
    Home::open(wanted.home)?;
    terminal.show(&page(&made.member))?;
    terminal.show(&origins(made.origins))?;
    terminal.show(&outbox.deliver(&made.bundle, &made.signature)?)
}

/// What setup made, before any of it is written.
struct Made {
    member: MemberFile,
    /// Where the token says that approval and admin key are from; none of keys in files.
    origins: Option<[Origin; 2]>,
    /// Key files of the home, sealed; none where the keys are elsewhere.
    sealed: Vec<(&'static str, zeroize::Zeroizing<String>)>,
    /// The registration.
    bundle: Vec<u8>,
    /// Its signature, by the SSH key that it registers.
    signature: String,
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
    session.terminal.show(&page(session.home.member()))?;
    let mut keys = session.unlock(&[])?;
    session.deliver(&mut keys, registration, outbox)
}

/// Whether a registration is of these keys, not of those that they took the place of.
fn is_of(member: &MemberFile, registration: &Registration) -> bool {
    registration.ssh_key == member.ssh_key
        && Digest::of(&registration.approval_key) == member.fingerprints.approval
        && Digest::of(&registration.admin_key) == member.fingerprints.admin
}

/// The home is usable once `member.toml` is there, so that comes last: also after what it remembers, as without its
/// registration nobody could register these keys.
fn write_home(wanted: &Wanted<'_>, made: &Made) -> Result<(), Error> {
    let home = wanted.home;
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
    wanted.keep.as_ref().map_or(Ok(()), |keep| keep.remember(home))?;
    for (name, sealed) in &made.sealed {
        files::create(&home.join(name), sealed.as_bytes(), PRIVATE)?;
    }
    let line = format!("{}\n", made.member.ssh_key);
    files::create(&home.join(SSH_PUBLIC), line.as_bytes(), PUBLIC)?;
    home::keep_made(home, &made.bundle)?;
    // Setups beside this one read it as soon as it is there, and must find all of it.
    files::replace(&home.join(MEMBER), made.member.text().as_bytes())
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
    page.extend(show::note(match &member.token {
        None => {
            "Send the registration and its signature to infra. Keep the home, and a backup of it; \
             without its passphrase nobody can use the keys, you neither."
        }
        Some(_) => {
            "Send the registration and its signature to infra. Keep the home, and a backup of it: it remembers what you \
             signed. The keys are in the token and nowhere else; without it and its PIN nobody can use them, you neither."
        }
    }));
    if let Some(place) = &member.token {
        page.extend(show::field("token", &place.token));
        page.extend(show::field("approval key in it", &place.approval));
        page.extend(show::field("admin key in it", &place.admin));
        page.extend(show::field("each made a signature as a trial", "it fits the key"));
    }
    page
}

/// What the token says of where its keys are from.
fn origins(origins: Option<[Origin; 2]>) -> Vec<String> {
    let names = [KeyUse::Approval, KeyUse::Admin].map(key_name);
    let said = |(name, origin): (&str, Origin)| {
        let said = match origin {
            Origin::Made => "made in the token, and never outside, by what the token says".to_owned(),
            Origin::Outside(attribute) => {
                format!("FROM OUTSIDE: the token says that {attribute} is false. Only a rehearsal takes such a key")
            }
            Origin::NotSaid => {
                "NOT PROVED to be made in the token, which does not say it. If you did not make it there \
                                yourself, make another one"
                    .to_owned()
            }
        };
        show::field(&format!("where the {name} is from"), &said)
    };
    let each = origins.into_iter().flat_map(|both| names.into_iter().zip(both));
    each.flat_map(said).collect()
}
