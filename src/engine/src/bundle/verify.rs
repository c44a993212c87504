//! Whether a bundle is what it says: canonical, of the right mark, and signed by whom its type demands.

use std::path::{Path, PathBuf};

use clap::Args;
use issue::signed::{Case, File, Known, Said, Signature, Why};
use record::parcel::{Contents, Parcel, signature_file};
use record::screen::Shown;
use record::{AnyBundle, cbor};
use x509::{Certificate, Crl};

use super::{beside, compared, name, read};
use crate::console::Console;
use crate::error::Error;
use crate::files;

/// What `bundle verify` needs.
#[derive(Args)]
pub struct VerifyArgs {
    /// The bundle: a file that ends in .cbor.
    file: PathBuf,
    /// The roster whose members sign; of a next roster, the one before it.
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    /// Of a next roster, the record of the event that changed it: this is what is signed.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// The root certificate that is trusted, PEM or DER.
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,
    /// The policy that the event followed, where it is not the root's first.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A further certificate, PEM or DER: the console's, or one between.
    #[arg(long, value_name = "FILE")]
    certificate: Vec<PathBuf>,
    /// A signature; without it, those that lie beside the bundle are taken.
    #[arg(long, value_name = "FILE")]
    signature: Vec<PathBuf>,
    /// How many must have signed, where several sign; without it, two of an image's manifest, and of all else
    /// more than half of the roster.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    threshold: Option<u8>,
    /// It is a rehearsal's.
    #[arg(long)]
    rehearsal: bool,
}

/// Says what the bundle is, and whether its signatures are good.
pub fn verify(args: &VerifyArgs, console: &Console) -> Result<(), Error> {
    let (bundle, bytes) = read(&args.file)?;
    let kind = bundle.kind();
    console.show(&Shown::Heading {
        title: format!("A bundle of type {}", kind.name),
    });
    console.say(format!("It is {}.", kind.about));
    console.say(format!("It has {} octets, in their one encoding.", bytes.len()));
    console.show(&compared(&bundle, &bytes, "file"));
    bundle.demand_mark(args.rehearsal).map_err(|cause| Error::Refused {
        what: cause.to_string(),
        hint: match args.rehearsal {
            false => "if a rehearsal's is meant, say --rehearsal: it is worth nothing outside".into(),
            true => "leave out --rehearsal".into(),
        },
    })?;
    if let AnyBundle::Parcel(parcel) = &bundle {
        return within(args, &parcel.body, console);
    }
    signed(args, &bundle, &bytes, None, console)
}

/// The bundle in a parcel, by the signatures in it.
fn within(args: &VerifyArgs, parcel: &Parcel, console: &Console) -> Result<(), Error> {
    let Contents::Here(bytes) = &parcel.bundle else {
        return Err(Error::Usage {
            what: "the signature is alone in it, without its bundle".into(),
            hint: "scan it into a file, and verify the bundle with --signature FILE".into(),
        });
    };
    let bundle = AnyBundle::decode(bytes).map_err(|cause| Error::input(name(&args.file), cause))?;
    console.say(format!(
        "In it is a bundle of type {}: {}.",
        bundle.kind().name,
        bundle.kind().about
    ));
    let packed = parcel.signatures.iter().map(|one| Signature {
        name: signature_file(&parcel.name, one.member.as_deref()),
        armoured: one.signature.clone().into_bytes(),
        member: one.member.clone(),
    });
    signed(args, &bundle, bytes, Some(packed.collect()), console)
}

/// Judges the signatures: those in a parcel, those that are named, or those that lie beside the file.
fn signed(
    args: &VerifyArgs,
    bundle: &AnyBundle,
    bytes: &[u8],
    packed: Option<Vec<Signature>>,
    console: &Console,
) -> Result<(), Error> {
    let signatures = match (args.signature.as_slice(), packed) {
        ([], Some(packed)) => packed,
        ([], None) => beside::found(&args.file, matches!(bundle, AnyBundle::Record(_)))?,
        (named, _) => beside::named(named)?,
    };
    let case = Case {
        bundle,
        bytes,
        signatures: &signatures,
        named: !args.signature.is_empty(),
        known: &known(args)?,
    };
    let mut said = Said::default();
    let judged = case.judge(&mut said);
    said.good.into_iter().for_each(|line| console.say(line));
    said.warnings.into_iter().for_each(|line| console.warn(line));
    judged.map_err(|why| match why {
        Why::Refused { what, hint, .. } => Error::Refused { what, hint },
        Why::Wanted { what, hint } => Error::Usage { what, hint },
        Why::Input { name, cause } => Error::input(name, *cause),
    })
}

fn known(args: &VerifyArgs) -> Result<Known, Error> {
    let record = |path: &PathBuf| Ok::<_, Error>((file(path)?, beside::found(path, true)?));
    let root = |path: &PathBuf| Ok::<_, Error>((name(path), certificate(path)?));
    let policy = args.policy.as_ref();
    Ok(Known {
        roster: args.roster.as_deref().map(file).transpose()?,
        record: args.record.as_ref().map(record).transpose()?,
        root: args.root.as_ref().map(root).transpose()?,
        policy: policy.map(|path| files::read(path, cbor::BUNDLE_LIMIT)).transpose()?,
        certificates: args
            .certificate
            .iter()
            .map(|path| certificate(path))
            .collect::<Result<_, _>>()?,
        threshold: args.threshold,
        rehearsal: args.rehearsal,
    })
}

fn file(path: &Path) -> Result<File, Error> {
    Ok(File {
        name: name(path),
        bytes: files::read(path, cbor::BUNDLE_LIMIT)?,
    })
}

fn certificate(path: &Path) -> Result<Certificate, Error> {
    let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
    Certificate::parse_file(&bytes).map_err(|cause| {
        let what = format!("{}: {cause}", name(path));
        let no_certificate = record::Error::Invalid {
            file: "certificate",
            what,
        };
        Error::Elsewhere {
            cause: Box::new(Error::input(name(path), no_certificate)),
            hint: match Crl::parse(&bytes).is_ok() || Crl::parse_pem(&bytes).is_ok() {
                true => "this is a revocation list: name a certificate, in PEM or DER".into(),
                false => "name a certificate, in PEM or DER".into(),
            },
        }
    })
}
