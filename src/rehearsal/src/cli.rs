//! The command line: what the person wishes, checked before anything is done.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Parser;
use record::Time;

use crate::error::Error;
use crate::memory::Wished;
use crate::power::PowerCut;
use crate::screen;

/// The members of a rehearsal's quorum.
pub const MEMBERS: [&str; 9] = [
    "member-1", "member-2", "member-3", "member-4", "member-5", "member-6", "member-7", "member-8", "member-9",
];

/// The delegates whose keys are held outside the HSM.
pub const KEEPERS: [&str; 3] = ["release", "crates-io", "transparency"];

/// Holds the first two events of the Rust Project's public key infrastructure
/// on this machine, and events after them, as a rehearsal
#[derive(Parser)]
#[command(name = "rehearsal", version, next_line_help = true, verbatim_doc_comment)]
struct Arguments {
    /// The folder to make; by default the next free rehearsal-output-N.
    /// What is secret goes to DIR.private
    #[arg(long, value_name = "DIR", verbatim_doc_comment)]
    out: Option<PathBuf>,
    /// Which members approve.
    #[arg(long, value_name = "MEMBER,..", value_delimiter = ',')]
    approvers: Option<Vec<String>>,
    /// Which members attend; by default all nine.
    #[arg(long, value_name = "MEMBER,..", value_delimiter = ',')]
    present: Option<Vec<String>>,
    /// Your own PKCS#10 request in place of the made one: release, crates-io
    /// or transparency
    #[arg(long, value_name = "NAME=FILE", verbatim_doc_comment)]
    csr: Vec<String>,
    /// A document that the founding event publishes, such as the RFC's text:
    /// .md or .pdf. May be said several times
    #[arg(long, value_name = "FILE", conflicts_with = "resume", verbatim_doc_comment)]
    document: Vec<PathBuf>,
    /// Play operator and members yourself: Enter at each step, and all that
    /// members see
    #[arg(long, conflicts_with = "json", verbatim_doc_comment)]
    interactive: bool,
    /// Show one JSON object a line, for programs.
    #[arg(long)]
    json: bool,
    /// Begin at this moment, like 2026-11-22T10:00:00Z, instead of now.
    #[arg(long, value_name = "TIME", value_parser = time)]
    now: Option<Time>,
    /// Go on with a rehearsal that was stopped.
    #[arg(long, requires = "out")]
    resume: bool,
    /// After these two, hold an event of this ceremony script; with --resume,
    /// after those that there are. May be said several times
    #[arg(long, value_name = "NAME", verbatim_doc_comment)]
    script: Vec<String>,
    /// The same as --script, and show at the end how long each person took
    #[arg(long, value_name = "NAME", conflicts_with = "script", verbatim_doc_comment)]
    drill: Option<String>,
    /// Live the first fifteen years, event by event, from November 2026 on
    #[arg(long, conflicts_with_all = ["resume", "now", "power_cut", "present", "approvers"], verbatim_doc_comment)]
    journey: bool,
    /// Cut the power once, in the last event: `engine:TEXT` when the engine
    /// shows TEXT, `hsm:COMMAND#N` at the HSM's N-th such command. In another
    /// event with its name before: `cluster-initialisation-1/engine:TEXT`
    #[arg(long, value_name = "PLACE", verbatim_doc_comment)]
    power_cut: Option<String>,
    /// A witness of the log, as `ceremony-publish init` takes it. May be said
    /// several times
    #[arg(
        long,
        value_name = "NAME=VKEY@URL",
        requires = "quorum",
        conflicts_with = "resume",
        verbatim_doc_comment
    )]
    witness: Vec<String>,
    /// How many of the witnesses must have cosigned a checkpoint.
    #[arg(long, value_name = "K", requires = "witness")]
    quorum: Option<u8>,
    /// Leave to you what outside keepers do after an event: batches of the
    /// access logs, and signatures on files
    #[arg(long, conflicts_with = "resume", verbatim_doc_comment)]
    without_keepers: bool,
    /// Stop when the last event can begin: its plan is packed and reviewed.
    /// --resume holds it
    #[arg(long, conflicts_with = "power_cut", verbatim_doc_comment)]
    until_event: bool,
}

/// What the person wishes.
pub struct Wish {
    /// The folder, if one was named.
    pub out: Option<PathBuf>,
    /// Who approves, if that was said.
    pub approvers: Option<Vec<String>>,
    /// Who attends, if that was said.
    pub present: Option<Vec<String>>,
    /// The person's own requests, by delegate.
    pub requests: BTreeMap<String, PathBuf>,
    /// Documents for the founding event to publish, by their names.
    pub documents: BTreeMap<String, PathBuf>,
    /// Enter at each step.
    pub interactive: bool,
    /// For programs.
    pub json: bool,
    /// The moment to begin at.
    pub now: Option<Time>,
    /// Go on with what was stopped.
    pub resume: bool,
    /// The scripts of events after the founding event.
    pub scripts: Vec<Wished>,
    /// Whether the events are the journey's.
    pub journey: bool,
    /// Where to cut the power.
    pub power_cut: Option<PowerCut>,
    /// What `ceremony-publish init` is told of the log's witnesses.
    pub witnesses: Vec<String>,
    /// Whether what outside keepers do after an event is left to the person.
    pub without_keepers: bool,
    /// Whether to stop when the last event can begin.
    pub until_event: bool,
}

/// Reads the command line. `None` if help was asked for, and shown.
pub fn parse() -> Result<Option<Wish>, Error> {
    match Arguments::try_parse() {
        Ok(arguments) => wish(arguments).map(Some),
        Err(error) if !error.use_stderr() => {
            screen::usage(&error.to_string());
            Ok(None)
        }
        Err(error) => Err(usage(&first_paragraph(&error.to_string()))),
    }
}

/// The first paragraph of clap's message, on one line.
fn first_paragraph(message: &str) -> String {
    let lines = message.trim_start_matches("error: ").lines().map(str::trim);
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn wish(arguments: Arguments) -> Result<Wish, Error> {
    let Arguments {
        out,
        approvers,
        present,
        csr,
        document,
        interactive,
        json,
        now,
        resume,
        script,
        drill,
        journey,
        power_cut,
        witness,
        quorum,
        without_keepers,
        until_event,
    } = arguments;
    check_members("approvers", approvers.as_deref())?;
    check_members("present", present.as_deref())?;
    if resume && !csr.is_empty() {
        return Err(usage("--csr cannot change a rehearsal that has begun"));
    }
    let requests = requests(&csr)?;
    let power_cut = power_cut.as_deref().map(PowerCut::parse).transpose()?;
    Ok(Wish {
        out,
        approvers,
        present,
        requests,
        documents: documents(document)?,
        interactive,
        json,
        now,
        resume,
        scripts: wished(&script, drill.as_deref()),
        journey,
        power_cut,
        witnesses: witnesses(&witness, quorum),
        without_keepers,
        until_event,
    })
}

/// The options of `ceremony-publish init`, which judges them.
fn witnesses(witnesses: &[String], quorum: Option<u8>) -> Vec<String> {
    let named = witnesses.iter().map(|witness| format!("--witness={witness}"));
    named.chain(quorum.map(|quorum| format!("--quorum={quorum}"))).collect()
}

/// Either scripts or a drill: they exclude each other.
fn wished(scripts: &[String], drill: Option<&str>) -> Vec<Wished> {
    let scripts = scripts.iter().map(|name| Wished::script(name));
    scripts.chain(drill.map(Wished::drill)).collect()
}

fn check_members(option: &str, named: Option<&[String]>) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for member in named.unwrap_or_default() {
        if !MEMBERS.contains(&member.as_str()) {
            let member = record::text::plain(member, 40);
            return Err(usage(&format!(
                "--{option} names '{member}'; the members are member-1 to member-9"
            )));
        }
        if !seen.insert(member) {
            return Err(usage(&format!("--{option} names {member} twice")));
        }
    }
    Ok(())
}

fn requests(given: &[String]) -> Result<BTreeMap<String, PathBuf>, Error> {
    let mut requests = BTreeMap::new();
    for one in given {
        let named = one
            .split_once('=')
            .filter(|(name, file)| KEEPERS.contains(name) && !file.is_empty());
        let Some((name, file)) = named else {
            return Err(usage(&format!(
                "--csr '{}' is not NAME=FILE with release, crates-io or transparency",
                record::text::plain(one, 60)
            )));
        };
        if requests.insert(name.to_owned(), PathBuf::from(file)).is_some() {
            return Err(usage(&format!("--csr names {name} twice")));
        }
    }
    Ok(requests)
}

/// Each by its name, which it keeps in the plan and in the store.
fn documents(given: Vec<PathBuf>) -> Result<BTreeMap<String, PathBuf>, Error> {
    let mut documents = BTreeMap::new();
    for path in given {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.filter(|name| name.ends_with(".md") || name.ends_with(".pdf"));
        let Some(name) = name else {
            return Err(usage(&format!(
                "--document '{}' is no .md or .pdf",
                record::text::plain(&path.to_string_lossy(), 60)
            )));
        };
        if documents.insert(name.clone(), path).is_some() {
            return Err(usage(&format!(
                "--document names {} twice",
                record::text::plain(&name, 60)
            )));
        }
    }
    Ok(documents)
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| format!("'{text}' is not a time like 2026-11-22T10:00:00Z"))
}

fn usage(what: &str) -> Error {
    Error::Usage {
        what: what.to_owned(),
        hint: "`rehearsal --help` lists the options".into(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn a_document_is_named_once_and_is_one_that_the_founding_plan_takes() {
        let given = |paths: &[&str]| documents(paths.iter().map(PathBuf::from).collect());
        let two = given(&["a/rfc.md", "guide.pdf"]).unwrap();
        assert_eq!(two.keys().collect::<Vec<_>>(), ["guide.pdf", "rfc.md"]);
        for (paths, what) in [
            (&["rfc.txt"][..], "--document 'rfc.txt' is no .md or .pdf"),
            (&["a/rfc.md", "b/rfc.md"], "--document names rfc.md twice"),
        ] {
            let Err(Error::Usage { what: said, .. }) = given(paths) else {
                panic!("{paths:?}")
            };
            assert_eq!(said, what);
        }
    }

    #[test]
    fn no_line_of_the_help_is_wider_than_a_terminal() {
        for help in [
            Arguments::command().render_help(),
            Arguments::command().render_long_help(),
        ] {
            for line in help.to_string().lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }

    fn error(words: &[&str]) -> String {
        let arguments = Arguments::try_parse_from([&["rehearsal"], words].concat()).expect("clap takes it");
        wish(arguments).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn refuses_a_member_named_twice_and_one_who_is_none() {
        assert_eq!(
            error(&["--approvers", "member-1,member-2,member-1"]),
            "--approvers names member-1 twice"
        );
        assert_eq!(
            error(&["--present", "member-10"]),
            "--present names 'member-10'; the members are member-1 to member-9"
        );
    }

    #[test]
    fn takes_four_approvers_because_the_engine_is_to_refuse_them() {
        assert_eq!(error(&["--approvers", "member-1,member-2,member-3,member-9"]), "");
    }

    #[test]
    fn refuses_a_request_for_a_delegate_whose_key_is_in_the_hsm() {
        let text = "--csr 'bors=x.csr' is not NAME=FILE with release, crates-io or transparency";
        assert_eq!(error(&["--csr", "bors=x.csr"]), text);
        assert_eq!(
            error(&["--csr", "release=a", "--csr", "release=b"]),
            "--csr names release twice"
        );
    }
}
