//! What the member may say on the command line: the verbs and their arguments.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::{ArgGroup, Parser, Subcommand, ValueEnum};
use record::messages::{Phase, Place};
use record::{Digest, Time, words};

use crate::review::compare;
use crate::{boot, codes, image, scan, setup};

/// What a quorum member runs on their own machine.
/// Passphrases and confirmations are lines on standard input
#[derive(Parser)]
#[command(name = "ceremony-member", version, verbatim_doc_comment)]
pub struct Arguments {
    /// The folder with this member's keys and memory;
    /// nobody else may read it
    #[arg(long, value_name = "DIR", verbatim_doc_comment)]
    pub home: Option<PathBuf>,
    /// The time, like 2026-11-22T10:00:00Z, instead of the clock's:
    /// in rehearsals only
    #[arg(long, value_name = "TIME", value_parser = time, verbatim_doc_comment)]
    pub now: Option<Time>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make this member's keys, and the registration to send to infra.
    Setup {
        /// The member's id, like member-1.
        #[arg(long)]
        id: String,
        /// Keys for rehearsals: in files under a cheap
        /// passphrase, or in a token of their own
        #[arg(long, verbatim_doc_comment)]
        rehearsal: bool,
        #[command(flatten)]
        token: setup::Choice,
        /// Another home of yours, elsewhere: a key that
        /// it has for the other purpose is refused. Homes
        /// beside this one are compared unasked
        #[arg(long, value_name = "HOME", verbatim_doc_comment)]
        other: Vec<PathBuf>,
        /// Make no keys: write the registration of those
        /// in the home again
        #[arg(long, conflicts_with_all = ["rehearsal", "module"], verbatim_doc_comment)]
        again: bool,
        /// Another home of this member, to keep what it
        /// has
        #[arg(
            long,
            value_name = "HOME",
            requires = "new",
            conflicts_with = "again",
            verbatim_doc_comment
        )]
        keep: Option<PathBuf>,
        /// With --keep: the keys made anew, of admin, ssh
        #[arg(
            long,
            value_name = "KEY,...",
            value_enum,
            hide_possible_values = true,
            value_delimiter = ',',
            requires = "keep",
            verbatim_doc_comment
        )]
        new: Vec<setup::Key>,
        /// Where the registration goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Check an image, or what a console shows, by its manifest.
    #[command(override_usage = IMAGE)]
    Image {
        #[command(flatten)]
        asked: image::Asked,
    },
    /// Sign what binds the HSM's users to this member's keys.
    Answer {
        /// The console's key-request.
        request: PathBuf,
        /// Sign once more with an approval key whose earlier
        /// registration a stop lost
        #[arg(long, verbatim_doc_comment)]
        again: bool,
        /// Where the answer goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Derive and read a plan, and agree to its digest.
    Review {
        /// The inbound bundle.
        plan: PathBuf,
        #[command(flatten)]
        copy: compare::Copy,
        /// Where the review goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Declare to be present, at the beginning and at the end.
    #[command(override_usage = ATTEND)]
    Attend {
        /// The console's opening.
        opening: PathBuf,
        /// Beginning or end.
        #[arg(long)]
        phase: PhaseName,
        /// In the room or from afar.
        #[arg(long)]
        place: PlaceName,
        /// The image's digest, as the member knows it from
        /// elsewhere: hexadecimal, or 'in blocks'
        #[arg(long, value_name = "HEX", value_parser = digest, verbatim_doc_comment)]
        image: Option<Digest>,
        /// At the beginning: take this opening in the place of one
        /// that was attended before, or although it is old
        #[arg(long, verbatim_doc_comment)]
        new_opening: bool,
        /// Where the attendance goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Derive again what is to be signed, and approve it.
    Approve {
        /// The console's approval-request.
        request: PathBuf,
        #[command(flatten)]
        known: boot::Known,
        /// Where the approval goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Refuse an event, before it or in it, with a reason. It is
    /// published
    #[command(verbatim_doc_comment)]
    Refuse {
        /// The inbound bundle, or the console's opening or
        /// approval-request
        #[arg(verbatim_doc_comment)]
        what: PathBuf,
        /// Why; without it, the reason is the first line of
        /// standard input
        #[arg(long, value_name = "TEXT", verbatim_doc_comment)]
        reason: Option<String>,
        /// Where the refusal goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Read what went otherwise than planned, and say that it is known.
    Acknowledge {
        /// The console's list of exceptions.
        exceptions: PathBuf,
        /// Where the acknowledgement goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Say to what secrets for this member are sealed: the home's SSH
    /// key, or what the member keeps elsewhere
    #[command(verbatim_doc_comment)]
    #[command(group = ArgGroup::new("of").args(["plan", "roster"]).required(true))]
    #[command(override_usage = RECIPIENT)]
    Recipient {
        /// The inbound bundle of the event in
        /// which it is
        #[arg(long, verbatim_doc_comment)]
        plan: Option<PathBuf>,
        /// Where a cluster is initialised without
        /// a plan: its roster
        #[arg(long, verbatim_doc_comment)]
        roster: Option<PathBuf>,
        /// An age recipient whose other half is kept
        /// elsewhere: age1..., age1tag1... or
        /// 'ssh-ed25519 AAAA...'
        #[arg(long, value_name = "RECIPIENT", verbatim_doc_comment)]
        age_recipient: Option<String>,
        /// Where the word goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Open a password that the console sealed to this member
    #[command(verbatim_doc_comment)]
    Open {
        /// The console's hand-over files.
        #[arg(required = true, value_name = "HAND-OVER")]
        hand_overs: Vec<PathBuf>,
        /// What opens it, if it is not the SSH key of the home:
        /// a file of age-keygen or of an age plugin, or an SSH
        /// private key
        #[arg(long, value_name = "FILE", verbatim_doc_comment)]
        identity: Option<PathBuf>,
        /// Write the password alone to standard output, a line
        /// each, even if that is no terminal
        #[arg(long, verbatim_doc_comment)]
        stdout: bool,
    },
    /// Show a bundle in plain words, or as QR codes; without --home.
    Show(codes::ShowArgs),
    /// Read a bundle from QR codes, without --home.
    Scan(scan::ScanArgs),
    /// Read the record of the event, and sign it.
    Countersign {
        /// The record.
        record: PathBuf,
        /// The event's inbound bundle. For whoever was
        /// not at an event that ended early, and did
        /// not review its plan
        #[arg(long, value_name = "FILE", verbatim_doc_comment)]
        plan: Option<PathBuf>,
        #[command(flatten)]
        known: boot::Known,
        /// Where the signature goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum PhaseName {
    Begin,
    End,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum PlaceName {
    Local,
    Remote,
}

impl From<PhaseName> for Phase {
    fn from(name: PhaseName) -> Self {
        match name {
            PhaseName::Begin => Self::Begin,
            PhaseName::End => Self::End,
        }
    }
}

impl From<PlaceName> for Place {
    fn from(name: PlaceName) -> Self {
        match name {
            PlaceName::Local => Self::Local,
            PlaceName::Remote => Self::Remote,
        }
    }
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "not a time like 2026-11-22T10:00:00Z".into())
}

/// As it is published, or as screens show it: in blocks, or in 33 words.
fn digest(text: &str) -> Result<Digest, String> {
    let digits: String = text.split_whitespace().collect();
    let digest = Digest::from_hex(&digits.to_lowercase()).or_else(|| words::from_words(text).ok().map(Digest));
    digest.ok_or_else(|| {
        "not 64 hexadecimal digits; blocks with blanks, or 33 words,\ngo too, all of it between quotes: 'b1ac... 07f3...'".into()
    })
}

/// Whether a word of the command line, or what stands after its `=`, is the secret half of a key: of age, of a plugin of it,
/// or in PEM. Errors repeat what was typed, so this is asked before anything else is done with it.
#[must_use]
pub fn is_secret(word: &OsStr) -> bool {
    let word = word.to_string_lossy().to_ascii_uppercase();
    // Files may be called so, too: of BIP 173 are a 1 and then letters of its own alone.
    let is_key = |rest: &str| {
        let mut runs = rest.split(|letter: char| !letter.is_ascii_alphanumeric());
        runs.any(|run| {
            run.strip_prefix('1')
                .is_some_and(|data| data.len() >= KEY && data.chars().all(|letter| BECH32.contains(letter)))
        })
    };
    let of_age = ["AGE-SECRET-KEY-", "AGE-PLUGIN-"];
    let after = of_age.iter().filter_map(|sign| word.split_once(sign));
    word.contains("PRIVATE KEY-----") || after.into_iter().any(|(_, rest)| is_key(rest))
}

/// So many of them no secret half lacks, also if it was cut.
const KEY: usize = 16;
/// The letters that stand behind the 1.
const BECH32: &str = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";

/// As clap writes it, but in two lines.
const ATTEND: &str = "ceremony-member --home <DIR> attend [OPTIONS]
       --phase <PHASE> --place <PLACE> --out <DIR> <OPENING>";

const RECIPIENT: &str = "ceremony-member --home <DIR> recipient [OPTIONS]
       <--plan <PLAN>|--roster <ROSTER>> --out <DIR>";

const IMAGE: &str = "ceremony-member --home <DIR> image [OPTIONS] <IMAGE> <MANIFEST>
       ceremony-member --home <DIR> image --words [OPTIONS] <MANIFEST>";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use record::Digest;

    use super::{Arguments, digest, is_secret};

    #[test]
    fn a_digest_is_taken_as_screens_show_it() {
        let of = Digest::of(b"the image");
        for text in [
            of.hex(),
            of.hex().to_uppercase(),
            of.blocks().join(" "),
            of.spoken().join("\n"),
        ] {
            assert_eq!(digest(&text), Ok(of), "{text}");
        }
        let refused = digest(&of.blocks()[0]).expect_err("half of it");
        assert!(refused.contains("between quotes"), "{refused}");
        assert!(refused.lines().all(|line| line.len() <= 64), "{refused}");
    }

    #[test]
    fn the_secret_half_of_a_key_is_known_and_a_file_called_so_is_none() {
        let key = "1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQQPZRY9X8GF2TVDW0S3JN54KHC";
        for secret in [
            format!("AGE-SECRET-KEY-{key}"),
            format!("--age-recipient=AGE-SECRET-KEY-{key}"),
            format!("age-secret-key-{}", key.to_lowercase()),
            format!("AGE-SECRET-KEY-PQ-{key}"),
            format!("AGE-PLUGIN-CARD-{key}"),
            "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA".to_owned(),
        ] {
            assert!(is_secret(secret.as_ref()), "{secret}");
        }
        for word in [
            "keys/age-secret-key-1.txt",
            "age-plugin-card-identity.txt",
            "age-plugin-yubikeyidentityfileofmember1.txt",
            "age1qqqq",
            "recipient",
        ] {
            assert!(!is_secret(word.as_ref()), "{word}");
        }
    }

    #[test]
    fn no_line_of_any_help_is_wider_than_a_terminal() {
        let mut command = Arguments::command();
        command.build();
        let mut helps = vec![command.render_help(), command.render_long_help()];
        for verb in command.get_subcommands_mut() {
            helps.extend([verb.render_help(), verb.render_long_help()]);
        }
        let told: String = helps.iter().map(ToString::to_string).collect();
        for line in told.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
