//! The first difference, named: the journal's entry, the record's field, the certificate's.

use record::difference::{self, Difference};
use record::journal::{Entry, What};
use record::record::Record;
use record::{Bundle, cbor, text};

use super::field;
use super::past::Past;
use super::runs::Made;
use super::tape::Trouble;
use crate::error::Error;
use crate::event::Places;
use crate::files;

/// Where the engine wrote something else than the journal has.
pub fn trouble(past: &Past, trouble: &Trouble, cause: Option<Error>, places: &Places) -> Error {
    let recorded = usize::try_from(trouble.entry).ok().and_then(|at| past.entries.get(at));
    let Some(recorded) = recorded else {
        return no_record(past, cause);
    };
    let made = &trouble.made;
    if let What::Record { .. } = made.what
        && let Ok(record) = files::read(&places.disk.join("record.cbor"), cbor::BUNDLE_LIMIT)
        && let Some(found) = difference::first(&past.record, &record)
    {
        return differs("record", &found);
    }
    let (was, is) = (kind(recorded), kind(made));
    if was != is {
        return Error::Differs {
            at: format!("entry {}", recorded.number),
            was: described(recorded),
            is: format!("{}{}", described(made), because(cause)),
        };
    }
    let encoded = |entry: &Entry| cbor::encode(entry).unwrap_or_default();
    match difference::first(&encoded(recorded), &encoded(made)) {
        Some(mut found) => {
            // `what`, and the kind, which is named before.
            found.path.retain(|part| part != "what" && *part != was);
            differs(&format!("entry {}, {was}", recorded.number), &found)
        }
        None => no_record(past, cause),
    }
}

/// The engine ended where the past event went on.
pub fn ended(next: &Entry, cause: Option<Error>) -> Error {
    Error::Differs {
        at: format!("entry {}", next.number),
        was: described(next),
        is: format!("the end{}", because(cause)),
    }
}

/// The journal ends before there was anything to write a record of.
pub fn no_record(past: &Past, cause: Option<Error>) -> Error {
    Error::Differs {
        at: format!("entry {}", past.entries.len()),
        was: "the record".into(),
        is: format!("the journal's end{}", because(cause)),
    }
}

/// The record that was made now is the one given.
pub fn record(past: &Past, made: &Made) -> Result<(), Error> {
    let mut of_this_journal = Bundle::<Record>::decode(&made.record).map_err(|cause| Error::input("record", cause))?;
    // The journal's digest says that something differs, and every other field says what.
    of_this_journal.body.journal = past.said.journal;
    let encoded = of_this_journal
        .encode()
        .map_err(|cause| Error::input("record", cause))?;
    same("record", &past.record, &encoded)?;
    same("record", &past.record, &made.record)
}

/// So are results, certificates and revocation lists.
pub fn outputs(past: &Past, made: &Made) -> Result<(), Error> {
    if let Some(results) = &past.results {
        same("results", results, &made.bundle)?;
    }
    let certificates = made.results.certificates.iter();
    let certificates = certificates.map(|one| (format!("certs/{}.der", one.stem()), &one.der));
    let crls = made.results.crls.iter();
    let crls = crls.map(|one| (format!("crl/{}/{}.crl", one.issuer, one.number), &one.der));
    for (file, der) in certificates.chain(crls) {
        if let Some(published) = past.published.get(&file) {
            same(&file, published, der)?;
        }
    }
    Ok(())
}

fn same(name: &str, was: &[u8], is: &[u8]) -> Result<(), Error> {
    difference::first(was, is).map_or(Ok(()), |found| Err(differs(name, &found)))
}

fn differs(name: &str, found: &Difference) -> Error {
    // Every bundle has its envelope around what it says.
    let named = found.path.iter().filter(|part| *part != "body");
    let path: Vec<String> = named.map(|part| text::plain(part, 80)).collect();
    let mut at = match path.is_empty() {
        true => name.to_owned(),
        false => format!("{name}: {}", path.join(", ")),
    };
    if let Some(field) = field::of(found) {
        at += &format!(": {}", field.name);
        return Error::Differs {
            at,
            was: field.was,
            is: field.is,
        };
    }
    if let Some(octet) = found.octet().filter(|_| !found.is_shown()) {
        at += &format!(": octet {octet}");
    }
    Error::Differs {
        at,
        was: found.first.to_string(),
        is: found.second.to_string(),
    }
}

/// The name of an entry's kind, as the journal has it.
fn kind(entry: &Entry) -> String {
    let value = serde_json::to_value(&entry.what).unwrap_or_default();
    match value {
        serde_json::Value::String(kind) => kind,
        serde_json::Value::Object(fields) => fields.keys().cloned().collect(),
        _ => String::new(),
    }
}

fn described(entry: &Entry) -> String {
    let about = match &entry.what {
        What::Intent { command }
        | What::Answer { command, .. }
        | What::Repeated { command, .. }
        | What::NoAnswer { command, .. } => Some(command),
        What::Step { step } | What::Key { step, .. } | What::Absent { step, .. } => Some(step),
        What::Signed { action, .. } | What::Spending { action, .. } | What::Lost { action, .. } => Some(&action.step),
        What::Output { file, .. } => Some(file),
        _ => None,
    };
    match about {
        Some(about) => format!("{} ({})", kind(entry), text::plain(about, 160)),
        None => kind(entry),
    }
}

/// What the engine says of it, unless that is only that the journal took no more.
fn because(cause: Option<Error>) -> String {
    use hsm::Error::{Stopped, Unrecorded};
    match cause {
        None | Some(Error::File { .. }) => String::new(),
        Some(Error::Hsm(Stopped { .. } | Unrecorded { .. })) => String::new(),
        Some(Error::InEvent {
            cause: Stopped { .. } | Unrecorded { .. },
        }) => String::new(),
        Some(cause) => format!(": {cause}"),
    }
}
