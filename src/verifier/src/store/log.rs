//! The log's state: signed by the log's key, for the right origin, and growing from every checkpoint kept or seen.

use tlog::{Checkpoint, SignedCheckpoint, TileReader};

use super::Walk;
use super::policies::Policies;
use super::shelf::Shelf;
use crate::finding::Findings;
use crate::{Report, layout};

/// The log, opened on its checkpoint.
pub(super) struct Log<'a> {
    /// Which of the store's logs it is.
    pub which: layout::Log,
    pub reader: TileReader<LogFiles<'a>>,
    pub size: u64,
    /// The sizes of which a checkpoint is kept, this one's included.
    pub kept: Vec<u64>,
}

/// The log's files within the store.
pub(super) struct LogFiles<'a>(&'a Shelf<'a>, layout::Log);

impl tlog::Source for LogFiles<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, tlog::tile::SourceError> {
        Ok(self.0.peek(&self.1.file(path))?)
    }
}

/// Checks the checkpoints and the tiles at the right edge.
pub(super) fn check<'a>(
    walk: &Walk<'a>,
    which: layout::Log,
    policies: &Policies,
    report: &mut Report,
    findings: &mut Findings,
) -> Option<Log<'a>> {
    let newest = which.checkpoint();
    let bytes = walk.shelf.read(&newest, findings)?;
    let checkpoint = read((walk, which), &bytes, &newest, findings, |signed| {
        policies.check_newest(which, signed)
    })?;
    check_last(&checkpoint, which, policies, findings);
    let reader = TileReader::open(LogFiles(walk.shelf, which), &checkpoint);
    let reader = reader
        .map_err(|error| findings.add(file_of(which, &error), "log-tiles", &error))
        .ok()?;
    let size = checkpoint.size();
    let mut log = Log {
        which,
        reader,
        size,
        kept: Vec::new(),
    };
    check_kept(walk, policies, &mut log, &bytes, findings);
    report.checked.push(format!(
        "log '{}' of {size} entries, root hash {}",
        checkpoint.origin(),
        checkpoint.root()
    ));
    Some(log)
}

/// The checkpoint, if the log's key signed it for the right origin and the witnesses asked for have seen it.
fn accepted(
    log: (&Walk<'_>, layout::Log),
    policies: &Policies,
    bytes: &[u8],
    file: &str,
    findings: &mut Findings,
) -> Option<Checkpoint> {
    read(log, bytes, file, findings, |signed| policies.check(signed))
}

fn read(
    (walk, which): (&Walk<'_>, layout::Log),
    bytes: &[u8],
    file: &str,
    findings: &mut Findings,
    check: impl FnOnce(&SignedCheckpoint) -> Result<(), tlog::Error>,
) -> Option<Checkpoint> {
    let signed = findings.take(SignedCheckpoint::parse(bytes), file, "checkpoint-bad")?;
    findings.take(check(&signed), file, "checkpoint-signature")?;
    let (found, wanted) = (signed.checkpoint().origin(), which.origin(walk.options.rehearsal));
    findings.demand(found == wanted, file, "log-origin", || {
        format!("the log is '{found}', not '{wanted}'")
    });
    Some(signed.checkpoint().clone())
}

/// A log that is frozen ends where the log policy says, with nothing after it.
fn check_last(checkpoint: &Checkpoint, which: layout::Log, policies: &Policies, findings: &mut Findings) {
    if let Some(last) = policies.last(which) {
        findings.demand(checkpoint == last, &which.checkpoint(), "log-not-final", || {
            let ((size, root), (ends, end)) = ((checkpoint.size(), checkpoint.root()), (last.size(), last.root()));
            format!(
                "the log policy ends it with {ends} entries and root {end}, and it has {size} entries and root {root}"
            )
        });
    }
}

/// Every checkpoint kept is of the same log; the newest one is kept too.
fn check_kept(walk: &Walk<'_>, policies: &Policies, log: &mut Log<'_>, newest: &[u8], findings: &mut Findings) {
    let which = log.which;
    let own = which.checkpoint_of(log.size);
    walk.shelf.demand(
        &own,
        newest,
        "checkpoint-differs",
        "it is not the checkpoint of this size",
        findings,
    );
    let size = |path: &str| {
        let size: u64 = path.rsplit_once('/')?.1.parse().ok()?;
        (which.checkpoint_of(size) == path).then_some(size)
    };
    log.kept = walk.shelf.under(&which.file("checkpoints")).filter_map(size).collect();
    for size in log.kept.iter().filter(|size| **size != log.size) {
        let path = which.checkpoint_of(*size);
        let Some(bytes) = walk.shelf.read(&path, findings) else {
            continue;
        };
        let Some(checkpoint) = accepted((walk, which), policies, &bytes, &path, findings) else {
            continue;
        };
        findings.demand(checkpoint.size() == *size, &path, "checkpoint-differs", || {
            format!("it is of {} entries, not what its name says", checkpoint.size())
        });
        check_growth(log, &checkpoint, &path, findings);
    }
}

/// The log begins with what a checkpoint says that was seen earlier.
pub(super) fn check_earlier(
    walk: &Walk<'_>,
    policies: &Policies,
    log: &Log<'_>,
    bytes: &[u8],
    report: &mut Report,
    findings: &mut Findings,
) {
    if let Some(checkpoint) = accepted((walk, log.which), policies, bytes, EARLIER, findings) {
        check_growth(log, &checkpoint, EARLIER, findings);
        report.checked.push(format!(
            "the log begins with all {} entries of the earlier checkpoint",
            checkpoint.size()
        ));
    }
}

fn check_growth(log: &Log<'_>, earlier: &Checkpoint, file: &str, findings: &mut Findings) {
    match earlier.size() > log.size {
        true => {
            let what = format!("the log had {} entries and has {} now", earlier.size(), log.size);
            findings.add(file, "log-shrunk", what);
        }
        false => drop(findings.take(log.reader.check_continues(earlier), file, "log-rewritten")),
    }
}

/// The file in the store that an error of the log is about.
pub(super) fn file_of(log: layout::Log, error: &tlog::Error) -> String {
    use tlog::Error as E;
    match error {
        E::Missing { path }
        | E::Unread { path, .. }
        | E::TileMismatch { path, .. }
        | E::EntryMismatch { path, .. }
        | E::TileLength { path, .. }
        | E::Bundle { path } => log.file(path),
        E::RootMismatch { .. } => log.checkpoint(),
        _ => log.folder(),
    }
}

/// What findings about the earlier checkpoint call it: it is no file of the store.
const EARLIER: &str = "earlier checkpoint";
