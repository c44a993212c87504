//! `access append`: a signed batch is held against what is published, logged, and published.

use std::path::PathBuf;

use record::Digest;
use record::access::Before;
use record::screen::Shown;
use tlog::entry::Body;
use verifier::access::{self, Access};
use verifier::entries::Expected;
use verifier::layout::AccessLog;
use verifier::{Finding, Source};

use super::LIMIT;
use crate::desk::{Desk, Where};
use crate::error::Error;
use crate::publication::Publication;
use crate::store::demand;
use crate::{files, in_force, terminal};

/// What `access append` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// The batch.
    #[arg(value_name = "BATCH")]
    batch: PathBuf,
    /// Its signature; without this, the file beside it that ends in .sig.
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
}

/// Checks and publishes. Cut off at any moment, it can be run again and goes on.
///
/// # Errors
/// A batch that does not follow the last one, a signer who may not, or a store that fails.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let desk = Desk::open(&arguments.place)?;
    let bytes = files::read(&arguments.batch, LIMIT)?;
    let beside = || PathBuf::from(format!("{}.sig", arguments.batch.display()));
    let signature = files::read_text(&arguments.signature.clone().unwrap_or_else(beside), LIMIT)?;
    let batch = Access::read(&bytes, desk.rehearsal()).map_err(|cause| Error::Bundle {
        path: arguments.batch.clone(),
        cause: Box::new(cause),
    })?;
    let (log, number) = (batch.log(), batch.number());
    let name = format!("access {} {number}", log.name());
    let standing = in_force::standing(&desk.store, desk.rehearsal(), desk.now)?;
    if desk.has(&log.batch(number), &bytes)? {
        // Opening the desk may have published it just now.
        return match desk.finished().is_some_and(|finished| finished.event == name) {
            true => Ok(()),
            false => Err(Error::Published { event: name }),
        };
    }
    let path = log.batch(number);
    let found = |rule: &'static str| {
        let file = path.clone();
        move |what: String| Error::Findings(vec![Finding { file, rule, what }])
    };
    let left_out = follows(&desk.store, &batch)?;
    let (_, ended) = batch.stretch();
    if ended > desk.now {
        let what = format!("it ends at {ended}, and it is {} now", desk.now);
        return Err(found("access-time")(what));
    }
    let (one, certificate) =
        access::signer(&batch, &bytes, &signature, standing.certificates.iter()).map_err(found("access-signature"))?;
    access::may_sign(&one.stem(), &certificate, &standing).map_err(found("access-signer"))?;
    let publication = publication(&name, &batch, (&bytes, &signature), &certificate)?;
    let log_policy = desk.policy(&in_force::log_policy(&desk.store, &standing)?)?;
    terminal::show(&Shown::Heading {
        title: format!("Publishing batch {number} of the access log of the {}", log.in_words()),
    });
    let (from, count) = (batch.stretch().0, verifier::count(batch.count(), "access", "accesses"));
    terminal::show(&Shown::Said {
        text: format!("{count} from {from} until {ended}, signed by {}", one.stem()),
    });
    let gaps = batch.gaps().iter().map(ToString::to_string);
    for gap in gaps.chain(left_out) {
        terminal::show(&Shown::Said {
            text: format!("missing: {gap}. The verifier will say so from now on"),
        });
    }
    desk.publish(&publication, &log_policy)
}

/// Its number, the batch that it names and its times, against the last one that is published before it; and what it leaves out.
fn follows(store: &dyn Source, batch: &Access) -> Result<Option<String>, Error> {
    let log = batch.log();
    let before = match batch.number() {
        0 | 1 => None,
        number => last_before(store, log, number)?,
    };
    batch.follows(before).map_err(|misfit| {
        let rule = match misfit {
            record::access::Misfit::Sequence(_) => "access-sequence",
            record::access::Misfit::Overlap(_) => "access-overlap",
        };
        let (file, what) = (log.batch(batch.number()), misfit.to_string());
        Error::Findings(vec![Finding { file, rule, what }])
    })?;
    Ok(before.and_then(|before| before.leaves_out(batch.stretch().0)))
}

/// The last batch of the store with a smaller number.
fn last_before(store: &dyn Source, log: AccessLog, number: u64) -> Result<Option<Before>, Error> {
    let unlisted = |cause| Error::Store {
        path: log.folder(),
        cause,
    };
    let paths = store.list().map_err(unlisted)?;
    let Some(last) = paths
        .iter()
        .filter_map(|path| log.number(path))
        .filter(|found| *found < number)
        .max()
    else {
        return Ok(None);
    };
    let path = log.batch(last);
    let bytes = demand(store, &path)?;
    let (.., rehearsal) = record::bundle::peek(&bytes).map_err(|cause| Error::Page {
        path: path.clone(),
        what: cause.to_string(),
    })?;
    let read = Access::read(&bytes, rehearsal).map_err(|cause| Error::Page {
        path: path.clone(),
        what: cause.to_string(),
    })?;
    Ok(Some(read.before(&bytes)))
}

fn publication(
    name: &str,
    batch: &Access,
    (bytes, signature): (&[u8], &str),
    certificate: &x509::Certificate,
) -> Result<Publication, Error> {
    let (log, number) = (batch.log(), batch.number());
    let entry = access::entry(log, bytes, signature, certificate)?;
    let mut files = vec![
        (log.batch(number), bytes.to_vec()),
        (log.signature(number), signature.as_bytes().to_vec()),
    ];
    if let Body::Reference(reference) = entry.body() {
        let payload = access::payload(bytes, signature, certificate);
        files.push((reference.path().trim_start_matches('/').to_owned(), payload));
    }
    Ok(Publication {
        event: name.to_owned(),
        results: Digest::of(&access::payload(bytes, signature, certificate)),
        entries: vec![Expected {
            file: log.batch(number),
            entry,
        }],
        files,
        certificates: Vec::new(),
        crls: Vec::new(),
    })
}
