//! Which hand-overs belong to which password: a command that is given again has another password, and files of its own.

use record::journal::{Entry, What};
use record::messages::HandOver;

/// What a journal says of one user's hand-overs, in order.
pub struct Attempts<'a> {
    /// Member and file.
    files: Vec<(&'a str, &'a str)>,
}

impl<'a> Attempts<'a> {
    /// Those of a journal.
    pub fn of(entries: &'a [Entry], of: &'a str) -> Self {
        let one = |entry: &'a Entry| match &entry.what {
            What::HandedOver { user, member, file, .. } if user == of => Some((member.as_str(), file.as_str())),
            _ => None,
        };
        Self {
            files: entries.iter().filter_map(one).collect(),
        }
    }

    /// The next file for a member: one that no hand-over has yet, whosever it is.
    pub fn next_file(entries: &[Entry], user: &str, member: &str) -> String {
        let is_free = |name: &String| {
            let has_it = |entry: &Entry| matches!(&entry.what, What::HandedOver { file, .. } if file == name);
            !entries.iter().any(has_it)
        };
        let mut names = (1..).map(|attempt| HandOver::file_name(user, member, attempt));
        names.find(is_free).unwrap_or_default()
    }

    /// The newest file of each member, and all that came before those.
    pub fn newest_and_earlier(&self) -> (Vec<&'a str>, Vec<&'a str>) {
        let is_newest = |n: usize| {
            let (member, _) = self.files[n];
            !self.files[n + 1..].iter().any(|(later, _)| *later == member)
        };
        let (newest, earlier): (Vec<usize>, Vec<usize>) = (0..self.files.len()).partition(|n| is_newest(*n));
        let names = |numbers: Vec<usize>| numbers.into_iter().map(|n| self.files[n].1).collect();
        (names(newest), names(earlier))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{Digest, Time};

    fn entry(user: &str, member: &str, file: &str) -> Entry {
        Entry {
            number: 0,
            previous: Digest::of(b""),
            at: Time(0),
            what: What::HandedOver {
                user: user.into(),
                member: member.into(),
                recipient: String::new(),
                file: file.into(),
                digest: Digest::of(b""),
            },
        }
    }

    #[test]
    fn each_attempt_has_files_of_its_own() {
        let mut entries = Vec::new();
        for wanted in [
            "hand-over-o-m-1.cbor",
            "hand-over-2-o-m-1.cbor",
            "hand-over-3-o-m-1.cbor",
        ] {
            let file = Attempts::next_file(&entries, "o", "m-1");
            assert_eq!(file, wanted);
            assert_eq!(Attempts::next_file(&entries, "p", "m-1"), "hand-over-p-m-1.cbor");
            entries.push(entry("o", "m-1", &file));
            entries.push(entry("q", "m-1", "x"));
        }
        entries.push(entry("o", "m-2", "hand-over-o-m-2.cbor"));
        let (newest, earlier) = Attempts::of(&entries, "o").newest_and_earlier();
        assert_eq!(newest, ["hand-over-3-o-m-1.cbor", "hand-over-o-m-2.cbor"]);
        assert_eq!(earlier, ["hand-over-o-m-1.cbor", "hand-over-2-o-m-1.cbor"]);
    }

    #[test]
    fn names_that_look_alike_are_told_apart() {
        let mut entries = Vec::new();
        for (user, member, wanted) in [
            ("a_b", "c", "hand-over-a-b-c.cbor"),
            ("a", "b-c", "hand-over-2-a-b-c.cbor"),
            ("2_a", "b-c", "hand-over-2-2-a-b-c.cbor"),
            ("a_b", "c", "hand-over-3-a-b-c.cbor"),
        ] {
            let file = Attempts::next_file(&entries, user, member);
            assert_eq!(file, wanted);
            entries.push(entry(user, member, &file));
        }
    }
}
