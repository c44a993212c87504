//! Whose account is whose: the system's own file, read once and by ourselves, so that no module of another kind answers.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use record::{Roster, Time, text};

use crate::error::Error;
use crate::files;

/// Accounts by number.
pub struct Accounts(BTreeMap<u32, Vec<String>>);

impl Accounts {
    /// Those of this machine.
    pub fn of_the_system() -> Result<Self, Error> {
        let path = Path::new(PASSWD);
        let failed = |cause| Error::File {
            act: "read",
            path: PASSWD.into(),
            cause,
        };
        // The system's own file may be a link; whoever can change where it leads is root.
        let (mut bytes, file) = (Vec::new(), File::open(path).map_err(failed)?);
        file.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        match bytes.len() > LARGEST {
            true => Err(failed(std::io::Error::other(format!(
                "it has more than {LARGEST} octets"
            )))),
            false => Ok(Self::read(&String::from_utf8_lossy(&bytes))),
        }
    }

    /// passwd(5): what is no line of an account names nobody.
    fn read(text: &str) -> Self {
        let mut accounts: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for line in text.lines() {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, uid, _, _, _, _] = fields[..] else {
                continue;
            };
            if let Ok(uid) = uid.parse() {
                accounts.entry(uid).or_default().push(name.to_owned());
            }
        }
        Self(accounts)
    }

    /// Those that a rehearsal's file names: `1001 = "member-1"`.
    pub fn named_in(path: &Path) -> Result<Self, Error> {
        let bad = |what: String| Error::Usage {
            what: format!("{}: {what}", path.display()),
            hint: "each line names a user's number and a member: 1001 = \"member-1\"".into(),
        };
        let bytes = files::read(path, LARGEST)?;
        let named = std::str::from_utf8(&bytes).map_err(|cause| bad(cause.to_string()))?;
        let named: BTreeMap<String, String> = toml::from_str(named).map_err(|cause| bad(cause.message().to_owned()))?;
        let number = |(uid, member): (String, String)| match uid.parse() {
            Ok(uid) => Ok((uid, vec![member])),
            Err(_) => Err(bad(format!("'{}' is no user's number", text::plain(&uid, 40)))),
        };
        Ok(Self(named.into_iter().map(number).collect::<Result<_, _>>()?))
    }

    /// The member in office whose account this is, or why it is nobody's. `ours` is the engine's own, which is never a
    /// member's: whoever runs the engine would be present in another's name.
    pub fn member(&self, uid: u32, ours: u32, roster: &Roster, now: Time) -> Result<String, String> {
        if [0, ours].contains(&uid) {
            return Err("it is the engine's own account or root's, and no member's".into());
        }
        let member = roster.member(self.name(uid)?);
        let member = member.map_err(|_| "no member of the roster has this name".to_owned())?;
        match member.in_office(now) {
            true => Ok(member.id.clone()),
            false => Err(format!(
                "{} is in the roster, and in office from {} to {} only",
                member.id, member.from, member.until
            )),
        }
    }

    /// The name of the account with this number, if there is one name, and it is no other account's as well.
    pub fn name(&self, uid: u32) -> Result<&str, String> {
        match self.0.get(&uid).map_or(&[][..], Vec::as_slice) {
            [] => Err("no account has this number".into()),
            [name] => match self.0.values().flatten().filter(|other| *other == name).count() {
                1 => Ok(name),
                _ => Err(format!("several accounts are named {}", text::plain(name, 40))),
            },
            names => Err(format!("this number has {} names", names.len())),
        }
    }
}

/// Where accounts are.
const PASSWD: &str = "/etc/passwd";
/// Ten thousand accounts; a console has a dozen.
const LARGEST: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_one_name_that_is_no_others() {
        let accounts = Accounts::read(
            "root:x:0:0::/root:/bin/sh\nmember-1:x:1001:1001::/:/x\nmember-2:x:1002:1002::/:/x\n\
             other:x:1002:1:::\nmember-3:x:1003:1::/:/x\nmember-3:x:1004:1::/:/x\nshort:x:1005\nmember-4:x:-1:1::/:/x\n\
             \n# a line\n",
        );
        assert_eq!(accounts.name(1001), Ok("member-1"));
        assert_eq!(accounts.name(0), Ok("root"));
        assert_eq!(accounts.name(1002), Err("this number has 2 names".into()));
        assert_eq!(accounts.name(1003), Err("several accounts are named member-3".into()));
        for nobody in [1004, 1005, u32::MAX] {
            assert!(accounts.name(nobody).is_err(), "{nobody}");
        }
        assert_eq!(accounts.name(1005), Err("no account has this number".into()));
    }

    #[test]
    fn an_account_is_its_members_while_they_are_in_office() {
        let accounts = Accounts::read("root:x:0:0:::\nmember-1:x:1001:1:::\nengine:x:77:1:::\nother:x:1002:1:::\n");
        let roster = roster("member-1", Time(100), Time(200));
        let at = |uid, ours, now| accounts.member(uid, ours, &roster, Time(now));
        for now in [100, 200] {
            assert_eq!(at(1001, 77, now).as_deref(), Ok("member-1"));
        }
        for now in [99, 201] {
            let refused = at(1001, 77, now).expect_err("not in office");
            assert_eq!(
                refused,
                "member-1 is in the roster, and in office from 1970-01-01T00:01:40Z to 1970-01-01T00:03:20Z only"
            );
        }
        let ours = "it is the engine's own account or root's, and no member's";
        for (uid, own) in [(0, 77), (77, 77), (1001, 1001)] {
            assert_eq!(at(uid, own, 100).expect_err("never a member's"), ours);
        }
        assert_eq!(
            at(1002, 77, 100).expect_err("nobody"),
            "no member of the roster has this name"
        );
    }

    fn roster(id: &str, from: Time, until: Time) -> Roster {
        let none = || record::Bytes(Vec::new());
        let member = record::Member {
            id: id.into(),
            from,
            until,
            approver: "member_1".into(),
            admin: "admin_member_1".into(),
            approval_key: none(),
            admin_key: none(),
            ssh_key: String::new(),
            affiliations: Vec::new(),
            residence: none(),
            citizenships: Vec::new(),
        };
        Roster {
            number: 1,
            previous: None,
            appointment: String::new(),
            members: vec![member],
        }
    }

    #[test]
    fn the_systems_own_accounts_are_read() {
        let accounts = Accounts::of_the_system().expect("it is there");
        assert_eq!(accounts.name(0), Ok("root"));
    }

    #[test]
    fn a_rehearsals_file_names_members_by_their_numbers() {
        let folder = crate::scratch::Scratch::new("people").expect("a folder");
        let path = folder.path().join("people.toml");
        std::fs::write(&path, "1001 = \"member-1\"\n1002 = \"member-2\"\n").expect("written");
        let accounts = Accounts::named_in(&path).expect("it reads");
        assert_eq!(
            (accounts.name(1001), accounts.name(1002)),
            (Ok("member-1"), Ok("member-2"))
        );
        for bad in ["one = \"member-1\"", "1001 = 1", "1001", "-1 = \"member-1\""] {
            std::fs::write(&path, bad).expect("written");
            let error = Accounts::named_in(&path).err().expect(bad);
            assert_eq!(error.exit_code(), 2, "{error}");
            assert!(error.to_string().contains("people.toml: "), "{error}");
        }
    }
}
