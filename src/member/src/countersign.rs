//! `countersign`: read the record of the event, check it, compare it with one's own memory, and sign it.

mod memory;

use std::path::Path;

use record::record::Record;
use record::{Body as _, Digest, sshsig};

use crate::error::Error;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{keys, show, standing};

/// Checks and shows the record, asks, and writes the signature.
///
/// # Errors
/// A record that is wrong or differs from what this member knows, a wrong passphrase, or other words.
pub fn run(session: &mut Session, path: &Path, out: &Path) -> Result<(), Error> {
    let (bytes, record) = session.read::<Record>(path)?;
    let inbound = standing::reviewed(session, &record.plan, &record.event, record.ended)?;
    let opening = standing::attended(session, &inbound)?;
    standing::same_run(&opening, &record.image, &record.session, "record")?;
    memory::check(session, &record, &opening)?;
    let plan = session.home.reviewed_bytes(&record.plan)?;
    let checked = verifier::check_record(&plan, &bytes, inbound.plan.rehearsal)
        .map_err(|findings| Error::RecordWrong { findings })?;
    let outbox = Outbox::claim_signature(out, &format!("{}.sig", session.id()))?;
    let digest = Digest::of(&bytes);
    session.terminal.show(&show::record::page(&checked, session.id()))?;
    session.terminal.show(&show::spoken("record", &digest))?;
    let member = session.id().to_owned();
    let passphrase = session.terminal.passphrase(&member)?;
    let ssh = keys::unlock_ssh(&session.home, &passphrase)?;
    session.terminal.confirm("record", &digest)?;
    let signature = sshsig::sign(&ssh, Record::NAMESPACE, &bytes).map_err(Error::sign)?;
    session.terminal.show(&outbox.deliver_signature(&signature)?)
}
