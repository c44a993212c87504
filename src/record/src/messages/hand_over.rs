//! A secret on its way from the console to one member: sealed to what the member said that they can open.

use serde::{Deserialize, Serialize};

use crate::{Body, Bytes, Digest, Time, sshsig, text};

/// From a member to infra and console: to whom secrets for this member are sealed, in one event. Signed with the member's
/// SSH key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recipient {
    /// The member's id.
    pub member: String,
    /// SHA-256 of the event's inbound bundle; of the roster, where a cluster is initialised without a plan. A word of another
    /// event, of a key that was lost since, is worth nothing.
    pub plan_or_roster: Digest,
    /// An age recipient (C2SP age.md): `age1…` (X25519), `age1tag1…`, or an `ssh-ed25519` public key line without comment.
    pub recipient: String,
    /// When, by the member's clock. Of two words for the same event the later one counts.
    pub at: Time,
}

impl Recipient {
    /// Whether it has the form of a recipient that can be sealed to without a plugin: kind, letters and length. Whether it
    /// is a key, only who seals finds out.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), &'static str> {
        let text = self.recipient.as_str();
        // BIP 173: after the last `1` these letters and digits alone.
        let bech32 = |data: &str, length| {
            let letter = |octet: u8| b"qpzry9x8gf2tvdw0s3jn54khce6mua7l".contains(&octet);
            data.len() == length && data.bytes().all(letter)
        };
        let fits = match (
            text.strip_prefix("age1tag1"),
            text.strip_prefix("age1"),
            text.strip_prefix(SSH),
        ) {
            // 33 octets of a point in 53 letters, 32 of an X25519 key in 52; 6 of each are a checksum.
            (Some(data), ..) => bech32(data, 53 + 6),
            (_, Some(data), _) => bech32(data, 52 + 6),
            (.., Some(key)) => {
                let base64 = |octet: u8| octet.is_ascii_alphanumeric() || b"+/".contains(&octet);
                // RFC 8709: the name, and 32 octets.
                key.len() == 68 && key.starts_with("AAAAC3NzaC1lZDI1NTE5AAAAI") && key.bytes().all(base64)
            }
            _ => return Err("it is no age1..., age1tag1... or ssh-ed25519 recipient"),
        };
        match fits {
            true => Ok(()),
            false => Err("it is damaged, or of a plugin, or has more than the key"),
        }
    }

    /// The kind of key and what it is known by, as people compare it: of an SSH key the fingerprint that `ssh-keygen -l`
    /// shows, of others the recipient itself, which is as short.
    #[must_use]
    pub fn shown(&self) -> String {
        let text = self.recipient.as_str();
        match sshsig::SshKey::parse(text) {
            Ok(key) => format!("SSH key (Ed25519) {}", key.fingerprint()),
            _ if text.starts_with("age1tag1") => format!("hardware key (P-256) {}", text::plain(text, 100)),
            _ => format!("age key (X25519) {}", text::plain(text, 100)),
        }
    }
}

impl Body for Recipient {
    const TYPE: &'static str = "recipient";
    const NAMESPACE: &'static str = sshsig::namespace::ROSTER;
}

/// From the console to a member: one secret, which nobody else can open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HandOver {
    /// The roster in whose force the secret was made.
    pub roster: Digest,
    /// For whom it is.
    pub member: String,
    /// The HSM user whose password it is.
    pub user: String,
    /// What it is for, in words.
    pub purpose: String,
    /// The recipient that it is sealed to, as the member's own bundle has it.
    pub recipient: String,
    /// An age file, binary.
    pub sealed: Bytes,
    /// When, by the console's clock.
    pub at: Time,
}

impl HandOver {
    /// The name of its file: `hand-over-root-owner-member-1.cbor`; where the same password is handed over once more, that of
    /// the second attempt is `hand-over-2-root-owner-member-1.cbor`. It is a name as we give them, so disks and consoles carry it.
    #[must_use]
    pub fn file_name(user: &str, member: &str, attempt: usize) -> String {
        let (kind, whose) = (Self::TYPE, Self::whose(user, member));
        match attempt {
            0 | 1 => format!("{kind}-{whose}.cbor"),
            n => format!("{kind}-{n}-{whose}.cbor"),
        }
    }

    /// Whose password it is, and for whom. What would be no name, or too long for one, is named by the user's digest.
    pub(crate) fn whose(user: &str, member: &str) -> String {
        let plain = format!("{}-{member}", user.replace('_', "-"));
        match text::is_name(&plain) && plain.len() <= LONGEST {
            true => plain,
            false => format!("{}-{member}", &Digest::of(user.as_bytes()).hex()[..16]),
        }
    }
}

impl Body for HandOver {
    const TYPE: &'static str = "hand-over";
    const NAMESPACE: &'static str = sshsig::namespace::BUNDLE;
}

const SSH: &str = "ssh-ed25519 ";
/// With the type before it, and a number of up to three digits, it still is a name.
const LONGEST: usize = 63 - "hand-over-".len() - "999-".len();

#[cfg(test)]
mod tests {
    use super::*;

    fn check(recipient: &str) -> Result<(), &'static str> {
        let recipient = recipient.to_owned();
        of(recipient).check()
    }

    fn of(recipient: String) -> Recipient {
        Recipient {
            member: "member-1".to_owned(),
            plan_or_roster: Digest::of(b"plan"),
            recipient,
            at: Time(0),
        }
    }

    #[test]
    fn a_recipient_is_shown_by_its_kind_and_what_it_is_known_by() {
        let shown = |recipient: &str| of(recipient.to_owned()).shown();
        assert_eq!(shown(X25519), format!("age key (X25519) {X25519}"));
        assert_eq!(shown(TAG), format!("hardware key (P-256) {TAG}"));
        assert_eq!(
            shown(KEY),
            "SSH key (Ed25519) SHA256:PYX4o9UfGwCwG76hFcLAEkmMS0PtIBtV9MNmVgW16Oc"
        );
    }

    #[test]
    fn takes_the_three_kinds_that_need_no_plugin() {
        for good in [X25519, TAG, KEY] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn refuses_what_is_damaged_has_more_or_is_of_a_plugin() {
        let damaged = "it is damaged, or of a plugin, or has more than the key";
        for bad in [
            &X25519[..61],
            &X25519.to_uppercase().replace("AGE1", "age1"),
            &TAG.replace("age1tag1", "age1"),
            "age1yubikey1q0njxwtxuhuu5r5q6xe8gn7acgpnqx2yhnn4xk2yykcq9m8t5zmqsxqg0lv",
            &format!("{KEY} somebody@somewhere"),
            &format!("{KEY}\n"),
            &KEY.replace("AAAAI", "AAAAJ"),
            "age1",
            "age1tag1",
            "ssh-ed25519 ",
        ] {
            assert_eq!(check(bad), Err(damaged), "{bad}");
        }
        let unknown = "it is no age1..., age1tag1... or ssh-ed25519 recipient";
        for bad in [
            "",
            "ssh-rsa AAAAB3NzaC1yc2E",
            "sk-ssh-ed25519@openssh.com AAAA",
            "--help",
            " age1",
        ] {
            assert_eq!(check(bad), Err(unknown), "{bad}");
        }
    }

    #[test]
    fn the_file_of_any_users_password_has_a_name_as_we_give_them() {
        let name = HandOver::file_name;
        assert_eq!(name("root_owner", "member-1", 1), "hand-over-root-owner-member-1.cbor");
        assert_eq!(
            name("root_owner", "member-1", 12),
            "hand-over-12-root-owner-member-1.cbor"
        );
        assert_eq!(name("_", "member-1", 1), "hand-over-d2e2adf7177b7a8a-member-1.cbor");
        // A member's id is as long as leaves its admin a name.
        let id = "m".repeat(25);
        assert!(crate::roster::is_member_id(&id));
        for user in [
            "root_owner",
            "_",
            "a__b",
            "_a",
            "a_",
            &format!("admin_{id}"),
            &"9".repeat(31),
        ] {
            assert!(crate::roster::is_user_name(user));
            for attempt in [1, 2, 999] {
                let name = name(user, &id, attempt);
                let stem = name.strip_suffix(".cbor").expect("its end");
                assert!(text::is_name(stem), "{user}: {name}");
            }
        }
    }

    const X25519: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";
    const TAG: &str = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e";
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN";
}
