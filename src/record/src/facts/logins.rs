//! Logins in words, and the accounts in them again.

use std::collections::BTreeSet;

use crate::Time;

/// One login, as [`super::LOGINS`] has it: the account in single quotes, which its name must not have, nor a semicolon.
#[must_use]
pub fn login(at: Time, account: &str, terminal: &str, host: &str) -> String {
    let from = match host {
        "" => String::new(),
        host => format!(" from {host}"),
    };
    format!("{at} '{account}'{LOGGED_IN}{terminal}{from}")
}

/// The accounts that [`super::LOGINS`] says logged in, and no other word of it.
#[must_use]
pub fn accounts(logins: &str) -> BTreeSet<&str> {
    logins.split("; ").filter_map(account).collect()
}

fn account(login: &str) -> Option<&str> {
    let (at, rest) = login.split_once(" '")?;
    let (account, rest) = rest.split_once('\'')?;
    (Time::parse(at).is_some() && rest.starts_with(LOGGED_IN)).then_some(account)
}

const LOGGED_IN: &str = " logged in on ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_logged_in_is_an_account_and_no_other_word_is() {
        let at = Time(1_795_341_600);
        let said = [
            login(at, "operator", "tty1", ""),
            login(at, "infra", "pts/0", "mallory"),
        ]
        .join("; ");
        assert!(
            said.starts_with("2026-11-22T10:00:00Z 'operator' logged in on tty1; "),
            "{said}"
        );
        assert_eq!(Vec::from_iter(accounts(&said)), ["infra", "operator"]);
        for none in [
            "nobody logged in during the event",
            "not known: /var/log/wtmp is not there",
            "some day 'mallory' logged in on tty1",
            "2026-11-22T10:00:00Z 'mallory' logged out on tty1",
            "2026-11-22T10:00:00Z mallory logged in on tty1",
            "",
        ] {
            assert!(accounts(none).is_empty(), "{none}");
        }
    }
}
