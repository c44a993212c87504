//! How things are said on the screen: within 80 columns, made plain, with no meaning in position or colour.

mod commanded;
pub mod plan;
pub mod record;

use ::record::plan::{Command, Consent};
use ::record::screen::fold;
use ::record::sshsig::SshKey;
use ::record::{Digest, Policy, text};
use issue::derive::Derived;

/// A page's first lines.
#[must_use]
pub fn top(title: &str, rehearsal: bool) -> Vec<String> {
    let mut lines = wrap(&text::plain(title, usize::MAX), "", "");
    if rehearsal {
        lines.push("REHEARSAL. Nothing in it is for real use.".into());
    }
    lines
}

/// A part's title.
#[must_use]
pub fn part(title: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    lines.extend(wrap(title, "", "  "));
    lines
}

/// A paragraph of ours.
#[must_use]
pub fn note(said: &str) -> Vec<String> {
    fold(said, "  ", "  ")
}

/// Something named, made plain and never cut: it may be what is signed. Digests in it are broken into blocks.
#[must_use]
pub fn field(word: &str, value: &str) -> Vec<String> {
    let value = text::plain(value, usize::MAX);
    let (digests, words): (Vec<_>, Vec<_>) = value
        .split_whitespace()
        .partition(|word| Digest::from_hex(word).is_some());
    let mut lines = wrap(&format!("{word}: {}", words.join(" ")), "  ", "    ");
    for digest in digests.into_iter().filter_map(Digest::from_hex) {
        lines.extend(digest.blocks().map(|row| format!("    {row}")));
    }
    lines
}

/// An SSH key by the fingerprint that `ssh-keygen -l` prints.
#[must_use]
pub fn ssh_key(line: &str) -> String {
    SshKey::parse(line).map_or_else(|error| error.to_string(), |key| key.fingerprint())
}

/// A digest to be compared, in blocks.
#[must_use]
pub fn digest(of: &str, digest: &Digest) -> Vec<String> {
    let mut lines = wrap(&format!("{of}:"), "  ", "    ");
    lines.extend(digest.blocks().map(|row| format!("    {row}")));
    lines
}

/// Octets that stand for themselves, in blocks of four.
#[must_use]
pub fn octets(of: &str, octets: &[u8]) -> Vec<String> {
    let blocks: Vec<String> = octets.chunks(4).map(::record::digest::hex).collect();
    field(of, &blocks.join(" "))
}

/// The digest that the member is asked about, in blocks and words.
#[must_use]
pub fn spoken(of: &str, of_digest: &Digest) -> Vec<String> {
    let mut lines = part(&format!("The {of}'s digest, to be compared with what is read aloud"));
    lines.extend(of_digest.blocks().map(|row| format!("  {row}")));
    lines.extend(of_digest.spoken().into_iter().map(|row| format!("  {row}")));
    lines.push("  Its first word is the one after `1-8`; its last is the one after `check:`.".into());
    lines
}

/// What is signed, in plain words. Before the event, a key that is made in it has no fingerprint.
#[must_use]
pub fn derived(derived: &Derived, policy: &Policy, key_exists: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (word, value) in derived.facts() {
        lines.extend(match word.as_str() {
            "key" if !key_exists => field("key", "made in the event"),
            "purpose" => field("purpose", &purposes(&value, policy)),
            _ => field(&word, &value),
        });
    }
    for exemption in derived.exemptions() {
        lines.extend(field("EXEMPTION from a check", &exemption));
    }
    lines
}

/// A command to the HSM, in plain words, and to the letter.
#[must_use]
pub fn command(command: &Command) -> Vec<String> {
    let mut lines = field("it", &command.said());
    lines.extend(field("what could go wrong", command.risk()));
    lines.extend(field("who agrees to it", &consent(command)));
    lines.extend(field("the command", &command.text()));
    lines
}

fn consent(command: &Command) -> String {
    match &command.consent {
        None => "nobody but its user, who logs in for it".into(),
        Some(Consent {
            key: Some(key),
            threshold,
            ..
        }) => format!("{threshold} of those who use {key}, with their approval keys"),
        Some(Consent { threshold, .. }) => format!("{threshold} admins, with their admin keys"),
    }
}

/// Object identifiers with the policy's names before them: `release (1.3.6.1.4.1.32473.3579.1.1)`.
fn purposes(value: &str, policy: &Policy) -> String {
    let named = |oid: &str| match policy.delegate.iter().find(|rule| policy.purpose(rule) == oid) {
        Some(rule) => format!("{} ({oid})", rule.name),
        None => oid.to_owned(),
    };
    value.split(", ").map(named).collect::<Vec<_>>().join(", ")
}

/// What the words on the page mean, for who does this twice a year.
#[must_use]
pub fn meaning() -> Vec<String> {
    note(
        "A certificate says: this key speaks for this name, for this purpose, until then. A revocation list says \
         which certificates of an issuer no longer count. What the root vouches for, everybody trusts.",
    )
}

/// Folds at 80 columns; a word longer than a line is shown in pieces.
fn wrap(said: &str, first: &str, next: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for word in said.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        pieces.extend(
            letters
                .chunks(LONGEST_WORD)
                .map(|piece| piece.iter().collect::<String>()),
        );
    }
    fold(&pieces.join(" "), first, next)
}

const LONGEST_WORD: usize = 72;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_a_terminal_whatever_a_file_says() {
        for value in [
            "x".repeat(500),
            "\u{1b}[31m".repeat(50),
            Digest::of(b"").hex(),
            "word ".repeat(100),
        ] {
            for line in field("a word", &value).iter().chain(&top(&value, true)) {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }

    #[test]
    fn what_is_signed_is_shown_to_its_last_word() {
        let value = format!("{}the end", "word ".repeat(2_000));
        assert!(field("a word", &value).last().expect("lines").ends_with("the end"));
    }

    #[test]
    fn a_digest_in_a_value_is_broken_into_blocks() {
        let lines = field("key", &format!("P-384, SHA-256 {}", Digest::of(b"abc")));
        assert_eq!(lines[0], "  key: P-384, SHA-256");
        assert_eq!(lines[1], "    ba7816bf 8f01cfea 414140de 5dae2223");
        assert_eq!(lines.len(), 3);
    }
}
