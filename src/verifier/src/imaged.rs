//! `image`: an image with its manifest and the signatures of those who built it again.

use record::messages::ImageManifest;
use record::{Bundle, Digest};
use verifier::image::{self, Signers, Unfit};
use verifier::{Ground, Report};

use crate::beside;
use crate::command::ImageArguments;
use crate::fault::Fault;

/// Reads the files and checks them: first the signatures, then the image.
pub fn check(arguments: &ImageArguments) -> Result<Report, Fault> {
    let (name, rehearsal) = (arguments.manifest.display().to_string(), arguments.common.rehearsal);
    let bytes = crate::read(&arguments.manifest)?;
    let manifest = Bundle::<ImageManifest>::decode_marked(&bytes, rehearsal);
    let manifest = manifest.map_err(|error| Fault::damaged(&name, &error))?;
    let mut report = Report::default();
    report.checked.push(format!(
        "the manifest is of the image '{}', {} octets, SHA-256 {}; its own SHA-256 is {}",
        manifest.name,
        manifest.size,
        manifest.sha256,
        Digest::of(&bytes)
    ));
    signed(arguments, &bytes, &mut report)?;
    compare(arguments, &manifest, &mut report)?;
    Ok(report)
}

/// Enough of those who may have signed the manifest.
fn signed(arguments: &ImageArguments, bytes: &[u8], report: &mut Report) -> Result<(), Fault> {
    report.rests_on = match arguments.unsigned {
        true => Ground::Nobody,
        false => Ground::Keys,
    };
    if arguments.unsigned {
        let what = "who signed the manifest, as you said: it is the word of whoever sent it to you";
        report.not_checked.push(what.into());
        return Ok(());
    }
    let signers = signers(arguments)?;
    let found = match arguments.signature.as_slice() {
        [] => beside::found(&arguments.manifest, false)?,
        named => beside::named(named)?,
    };
    let mut good = std::collections::BTreeSet::new();
    for one in found {
        match signers.whose(bytes, &one.armoured) {
            Ok(who) => drop(good.insert(who)),
            Err(why) => report
                .not_checked
                .push(format!("{}: no good signature: {why}", one.name)),
        }
    }
    let (name, known) = (arguments.manifest.display(), signers.names().len());
    let names = Vec::from_iter(good.iter().map(String::as_str)).join(", ");
    match good.len() >= usize::from(arguments.need) {
        true => report
            .checked
            .push(format!("of the {known} who could sign it, these did: {names}")),
        false => report.find(
            &name.to_string(),
            "manifest-unsigned",
            &format!(
                "of the {known} who could sign it {} did, and {} are needed",
                good.len(),
                arguments.need
            ),
        ),
    }
    report.not_checked.push(
        "whether they are in office, and built it again themselves: their names and keys are from the files given"
            .into(),
    );
    Ok(())
}

fn signers(arguments: &ImageArguments) -> Result<Signers, Fault> {
    let mut signers = Signers::default();
    let now = crate::now(arguments.common.now);
    for path in &arguments.signers {
        let added = signers.add(&crate::read(path)?, arguments.common.rehearsal, now);
        added.map_err(|bad| Fault::signers(path, &bad))?;
    }
    Ok(signers)
}

fn compare(arguments: &ImageArguments, manifest: &ImageManifest, report: &mut Report) -> Result<(), Fault> {
    let path = &arguments.image;
    match image::check(path, manifest) {
        Ok(size) => {
            report.checked.push(format!(
                "every octet of the image is the manifest's, with {} partitions and their table",
                manifest.partitions.len()
            ));
            if size > manifest.size {
                let rest = size - manifest.size;
                let what = format!("the {rest} octets behind the image, on this disk");
                report.not_checked.push(what);
            }
        }
        Err(Unfit::Misfit(misfit)) => {
            let what = format!("{misfit}; {}", misfit.hint());
            report.find(&path.display().to_string(), misfit.rule(), &what);
        }
        Err(Unfit::Folder) => return Err(Fault::folder(path)),
        Err(Unfit::Read(error)) => return Err(Fault::unread(path, &error)),
    }
    report
        .not_checked
        .push("that a machine boots from it, and from nothing else".into());
    Ok(())
}
