//! Batches are made: raw logs in, one stretch of time out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use record::access::{Before, ConsoleAccess, ConsoleBatch, Gap, GapWhat, HsmAccess, HsmBatch};
use record::screen::Shown;
use record::{Body, Bundle, Digest, Time, bundle};
use verifier::access::Access;
use verifier::layout::AccessLog;

use super::LIMIT;
use crate::error::Error;
use crate::{files, terminal};
use rawlog::console::{Console, Lines, Seen, Unreadable};
use rawlog::hsm::{self, Hsm};

/// Which stretch of a log, and after which batch.
#[derive(clap::Args)]
pub struct Stretch {
    /// The first moment of the batch, like 2026-11-22T00:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = crate::time)]
    from: Time,
    /// The first moment after it.
    #[arg(long, value_name = "TIME", value_parser = crate::time)]
    until: Time,
    /// The batch before it; the first has none.
    #[arg(long, value_name = "BATCH")]
    previous: Option<PathBuf>,
    /// The batch to be written.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// It is of a rehearsal.
    #[arg(long)]
    rehearsal: bool,
    /// Count lines that look like accesses and cannot be read as a gap; they are
    /// refused otherwise.
    #[arg(long)]
    keep_unread: bool,
    /// Leave out the time since the batch before it: no batch can have it later,
    /// and it stays a finding.
    #[arg(long)]
    leave_gap: bool,
}

/// What `access console` is told.
#[derive(clap::Args)]
pub struct ConsoleArguments {
    /// Exports of the journal (`journalctl -o export` or `-o json`), or files
    /// like auth.log, in the order of time.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    stretch: Stretch,
}

/// What `access hsm` is told.
#[derive(clap::Args)]
pub struct HsmArguments {
    /// Files of the HSMs' audit logs, as CloudWatch hands them out, and of
    /// CloudTrail's records.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The HSM whose log it is, where a file does not say it.
    #[arg(long, value_name = "ID")]
    hsm: Option<String>,
    #[command(flatten)]
    stretch: Stretch,
}

/// Makes a batch of the console's log.
///
/// # Errors
/// A file that cannot be read, or a batch that does not follow.
pub fn console(arguments: &ConsoleArguments) -> Result<(), Error> {
    let stretch = &arguments.stretch;
    let (number, previous) = stretch.place(AccessLog::Console)?;
    let mut console = Console::new(stretch.until.plus(1));
    let mut raw = Raw::default();
    for path in &arguments.files {
        let bytes = raw.read(path)?;
        for (line, taken) in Lines::of(&bytes) {
            let seen = taken.and_then(|taken| console.line(taken));
            raw.take(stretch, (path, line), seen)?;
        }
        raw.take(stretch, (path, 0), console.end())?;
    }
    let (mut accesses, mut gaps) = (Vec::<ConsoleAccess>::new(), raw.gaps());
    for seen in raw.seen {
        match seen {
            Seen::Access(access) => accesses.push(access),
            Seen::Gap(gap) => gaps.push(gap),
        }
    }
    accesses.retain(|access| stretch.has(access.time));
    gaps.retain(|gap| stretch.has(gap.time));
    accesses.sort();
    gaps.sort();
    let (from, until, inputs) = (stretch.from, stretch.until, raw.inputs);
    let (told, missing) = (accesses.len(), gaps.clone());
    stretch.write(
        ConsoleBatch {
            number,
            previous,
            from,
            until,
            accesses,
            gaps,
            inputs,
        },
        &format!("{told} accesses; {} entries of the log are none", console.others()),
        &missing,
    )
}

/// Makes a batch of the HSM's log.
///
/// # Errors
/// As [`console`].
pub fn hsm(arguments: &HsmArguments) -> Result<(), Error> {
    let stretch = &arguments.stretch;
    let (number, previous) = stretch.place(AccessLog::Hsm)?;
    let mut hsm = Hsm::new(arguments.hsm.clone());
    let mut raw = Raw::default();
    for path in &arguments.files {
        let bytes = raw.read(path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        hsm.file(&name);
        for (line, taken) in hsm::pieces(&bytes) {
            let seen = taken.and_then(|taken| hsm.line(&taken)).map(|()| Vec::new());
            raw.take(stretch, (path, line), seen)?;
        }
        raw.take(stretch, (path, 0), hsm.end().map(|()| Vec::new()))?;
    }
    let found = hsm.joined();
    let (mut accesses, mut gaps): (Vec<HsmAccess>, Vec<Gap>) = (found.accesses, raw.gaps());
    gaps.extend(found.gaps);
    accesses.retain(|access| stretch.has(access.time));
    gaps.retain(|gap| stretch.has(gap.time));
    accesses.sort();
    gaps.sort();
    let (from, until, inputs) = (stretch.from, stretch.until, raw.inputs);
    let without = accesses.iter().filter(|access| access.role.is_none()).count();
    let told = format!(
        "{} accesses, {without} of them with no role that CloudTrail has",
        accesses.len()
    );
    let missing = gaps.clone();
    stretch.write(
        HsmBatch {
            number,
            previous,
            from,
            until,
            accesses,
            gaps,
            inputs,
        },
        &told,
        &missing,
    )
}

/// What was read so far.
#[derive(Default)]
struct Raw {
    seen: Vec<Seen>,
    inputs: Vec<Digest>,
    /// Lines that could not be read, by the time of the last that could.
    unread: BTreeMap<Time, u64>,
}

impl Raw {
    fn read(&mut self, path: &Path) -> Result<Vec<u8>, Error> {
        let bytes = files::read(path, LONGEST)?;
        self.inputs.push(Digest::of(&bytes));
        Ok(bytes)
    }

    fn take(
        &mut self,
        stretch: &Stretch,
        (path, line): (&Path, u64),
        seen: Result<Vec<Seen>, Unreadable>,
    ) -> Result<(), Error> {
        match seen {
            Ok(seen) => self.seen.extend(seen),
            Err(Unreadable(_)) if stretch.keep_unread => {
                let last = self.seen.iter().rev().map(|seen| match seen {
                    Seen::Access(access) => access.time,
                    Seen::Gap(gap) => gap.time,
                });
                let at = last.into_iter().find(|time| stretch.has(*time)).unwrap_or(stretch.from);
                *self.unread.entry(at).or_default() += 1;
            }
            Err(Unreadable(what)) => {
                let path = path.to_owned();
                return Err(Error::LogLine { path, line, what });
            }
        }
        Ok(())
    }

    fn gaps(&self) -> Vec<Gap> {
        let gap = |(time, count): (&Time, &u64)| Gap {
            time: *time,
            what: GapWhat::Unread,
            count: *count,
            first: None,
            hsm: None,
        };
        self.unread.iter().map(gap).collect()
    }
}

impl Stretch {
    fn has(&self, time: Time) -> bool {
        self.from <= time && time < self.until
    }

    /// The number of the batch, and the digest of the one before it.
    fn place(&self, log: AccessLog) -> Result<(u64, Option<Digest>), Error> {
        files::demand_absent(&self.out)?;
        if self.from >= self.until {
            let what = "--from is not before --until".into();
            return Err(Error::Usage { what });
        }
        let Some(path) = &self.previous else {
            return Ok((1, None));
        };
        let bytes = files::read(path, LIMIT)?;
        let wrong = |cause| Error::Bundle {
            path: path.clone(),
            cause: Box::new(cause),
        };
        let previous = Access::read(&bytes, self.rehearsal).map_err(wrong)?;
        if previous.log() != log {
            let found = bundle::peek(&bytes).map_err(wrong)?.0;
            return Err(wrong(record::Error::OtherType {
                expected: log.entry().name(),
                found,
            }));
        }
        let before = previous.before(&bytes);
        let Before { number, digest, ended } = before;
        if self.from < ended {
            let what = format!("--from is before the end of the batch before it, {ended}");
            return Err(Error::Usage { what });
        }
        if let Some(what) = before.leaves_out(self.from).filter(|_| !self.leave_gap) {
            let what =
                format!("{what}, and no later batch can say it; give --leave-gap if the log of that time is lost");
            return Err(Error::Usage { what });
        }
        Ok((number + 1, Some(digest)))
    }

    fn write<B: Body>(&self, body: B, told: &str, gaps: &[Gap]) -> Result<(), Error> {
        let failed = |cause| Error::Bundle {
            path: self.out.clone(),
            cause: Box::new(cause),
        };
        let bytes = Bundle::new(self.rehearsal, body).encode().map_err(failed)?;
        // What is signed can be read by those who check it.
        Access::read(&bytes, self.rehearsal).map_err(failed)?;
        files::create(&self.out, &bytes, files::PUBLIC)?;
        let say = |text: String| terminal::show(&Shown::Said { text });
        terminal::show(&Shown::Wrote {
            path: self.out.display().to_string(),
            what: format!("{} octets", bytes.len()),
        });
        say(told.to_owned());
        for gap in gaps {
            say(format!("missing: {gap}"));
        }
        say(format!("SHA-256 {}", Digest::of(&bytes)));
        Ok(())
    }
}

/// A year of a busy machine's journal is some hundred megabytes; a batch is of days.
const LONGEST: usize = 512 * 1024 * 1024;
