//! `staple`: a certificate's proof under the newest checkpoint of its log. The one that is published stays; this is for whoever wants a newer.

use std::path::PathBuf;

use record::screen::Shown;
use tlog::{Entry, EntryType, Proof};
use verifier::layout::{self, Series};

use crate::error::Error;
use crate::store::{Given, Source, demand};
use crate::{files, logs, terminal};

/// What `staple` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    store: Given,
    /// The certificate, by its name in the store: root-1.
    #[arg(long, value_name = "NAME")]
    certificate: String,
    /// Where the proof goes; nothing is replaced.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Makes the proof; needs no key, and changes nothing in the store.
///
/// # Errors
/// No such certificate, none that the log has, or a log whose tiles are not those of its checkpoint.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    files::demand_absent(&arguments.out)?;
    let store = arguments.store.read()?;
    let proof = proof(&store, &arguments.certificate)?;
    files::create(&arguments.out, proof.to_string().as_bytes(), files::PUBLIC)?;
    let size = proof.checkpoint().checkpoint().size();
    terminal::show(&Shown::Wrote {
        path: arguments.out.display().to_string(),
        what: format!("entry {} of {size}", proof.index()),
    });
    Ok(())
}

fn proof(store: &dyn Source, stem: &str) -> Result<Proof, Error> {
    let path = layout::certificate(stem);
    let der = demand(store, &path)?;
    let wanted = Entry::new(EntryType::Certificate, &der)?;
    for log in logs::open(store, Series::Main)? {
        for (index, entry) in (0..).zip(log.reader.entries()) {
            if entry? == wanted.bytes() {
                return Ok(Proof::new(index, log.reader.prove_inclusion(index)?, log.signed)?);
            }
        }
    }
    Err(Error::Page {
        path,
        what: "the log has no entry".into(),
    })
}
