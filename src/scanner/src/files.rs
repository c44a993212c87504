//! Files that go together: what was received taken apart, and what is sent put together.

use record::any::Type;
use record::parcel::{self, Crossed, Parcel};
use record::{Body as _, Digest, bundle, text};

use crate::told::Refused;

/// A file that was received.
pub struct Received {
    /// What it could be called.
    pub name: String,
    /// Its octets.
    pub octets: Vec<u8>,
    /// The digest that people compare.
    pub digest: Digest,
    /// Which file that digest is of, where it is not this one.
    pub of: Option<String>,
}

/// The files that these octets become: the bundle first, then its signatures. Octets that are no parcel are one file.
pub fn received(octets: &[u8]) -> Vec<Received> {
    match Crossed::take_apart(octets) {
        Ok(crossed) if crossed.name.is_some() => unpacked(&crossed),
        _ => vec![Received {
            name: name(octets),
            octets: octets.to_vec(),
            digest: Digest::of(octets),
            of: None,
        }],
    }
}

fn unpacked(crossed: &Crossed) -> Vec<Received> {
    let bundle = crossed.name.clone().unwrap_or_default();
    let is_alone = crossed.bundle.is_none();
    let signer = crossed.signatures.first().and_then(|one| one.member.as_deref());
    let first = match (is_alone, signer) {
        (true, Some(member)) => format!("{member}.sig"),
        (true, None) => parcel::signature_file(&bundle, None),
        _ => bundle.clone(),
    };
    let mut files: Vec<Received> = crossed
        .files(&first)
        .into_iter()
        .map(|(name, octets)| Received {
            name,
            octets: octets.to_vec(),
            digest: if is_alone { crossed.digest } else { Digest::of(octets) },
            of: is_alone.then(|| bundle.clone()),
        })
        .collect();
    // They are written with the bundle last, and read with the bundle first.
    if !is_alone {
        files.rotate_right(1);
    }
    files
}

/// What is shown of files, each a name and its octets: one file as it is, several as a bundle with its signatures.
///
/// # Errors
/// Why they do not go together.
pub fn sent(files: &[&[u8]]) -> Result<Vec<u8>, Refused> {
    let mut named: Vec<(String, &[u8])> = Vec::new();
    for pair in files.chunks(2) {
        if let [name, octets] = pair {
            named.push((String::from_utf8_lossy(name).into_owned(), octets));
        }
    }
    let files = named;
    if let [(_, octets)] = files.as_slice() {
        return match parcel::is_signature(octets) {
            // Alone it says nothing of what it signs: nobody could take it.
            true => Err(Refused::new(
                "this is a signature without the file that it signs",
                "choose that file and its signatures, all at once",
            )),
            false if octets.is_empty() => Err(Refused::of(&transfer::Error::Empty)),
            false => demand_bundle(octets).map(|()| octets.to_vec()),
        };
    }
    let (signatures, bundles): (Vec<_>, Vec<_>) = files.iter().partition(|(_, octets)| parcel::is_signature(octets));
    let [(name, octets)] = bundles.as_slice() else {
        return Err(Refused::new(
            &format!("{} of these files are no signatures", bundles.len()),
            "choose one bundle, and with it the signatures that lie beside it",
        ));
    };
    demand_bundle(octets)?;
    let beside = |(file, armoured): &&(String, &[u8])| match (parcel::whose(name, file), parcel::signer(name, file)) {
        (None, None) => Err(Refused::new(
            &format!(
                "no signature of {} is called {}",
                text::plain(name, 80),
                text::plain(file, 80)
            ),
            BESIDE,
        )),
        (_, member) => Ok((member.map(str::to_owned), armoured.to_vec())),
    };
    let beside = signatures.iter().map(beside).collect::<Result<_, _>>()?;
    let packed = parcel::join(name, octets.to_vec(), beside);
    packed.map_err(|cause| match cause {
        record::Error::Pack { .. } => Refused::new(&cause.to_string(), BESIDE),
        _ => Refused::new(&cause.to_string(), &cause.hint().unwrap_or_default()),
    })
}

/// Refuses what no other program of ours would take, as far as envelopes say it: of a parcel its own and its bundle's.
fn demand_bundle(octets: &[u8]) -> Result<(), Refused> {
    let kind = Type::of(octets).map_err(|cause| no_bundle(&cause))?;
    if kind.name != Parcel::TYPE {
        return Ok(());
    }
    let crossed = Crossed::take_apart(octets).map_err(|cause| no_bundle(&cause))?;
    match crossed.bundle.map(|bundle| Type::of(&bundle)).transpose() {
        Ok(Some(inner)) if inner.name == Parcel::TYPE => {
            Err(Refused::new("this is a parcel with another parcel in it", CHOOSE))
        }
        Ok(_) => Ok(()),
        Err(cause) => Err(no_bundle(&cause)),
    }
}

/// A picture, a text or a damaged bundle; or one that this page is too old for.
fn no_bundle(cause: &record::Error) -> Refused {
    match cause {
        record::Error::UnknownType { .. } | record::Error::OtherVersion { .. } => Refused::new(
            &cause.to_string(),
            "use the page and the programs of the version that the event's image has",
        ),
        record::Error::TooLarge { .. } => Refused::new(&format!("this is no bundle of ours: {cause}"), CHOOSE),
        record::Error::Parcel { .. } => Refused::new(&cause.to_string(), CHOOSE),
        // The decoder's words say nothing to who chose a photograph.
        _ => Refused::new("this is no bundle, or a damaged one: it is not shown", CHOOSE),
    }
}

/// What a person at the page can do about a file.
const CHOOSE: &str = "choose the bundle, a file NAME.cbor, and with it its signatures; pictures of codes are chosen above, \
                      under \"Read codes\"; a damaged file is fetched again from whoever made it";

/// What a person at the page can do about names.
const BESIDE: &str = "give each file its own name: NAME.cbor, and its signatures NAME.cbor.sig, NAME.cbor.member-1.sig or \
                      member-1.sig; or choose the bundle alone";

/// By its type and its digest.
fn name(octets: &[u8]) -> String {
    let kind = bundle::peek(octets).ok().map(|(kind, ..)| kind);
    let (stem, ending) = match &kind {
        Some(kind) if text::is_name(kind) => (kind.as_str(), "cbor"),
        _ if parcel::is_signature(octets) => ("signature", "sig"),
        _ => ("file", "bin"),
    };
    format!("{stem}-{}.{ending}", &Digest::of(octets).hex()[..8])
}
