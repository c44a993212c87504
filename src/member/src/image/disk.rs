//! What is said of an image whose every octet is the manifest's.

use std::path::Path;

use record::messages::ImageManifest;
use verifier::image::{self, Unfit};

use crate::error::Error;
use crate::show;

/// Compares the image with its manifest.
///
/// # Errors
/// It cannot be read, or something differs.
pub fn check(path: &Path, told: &ImageManifest) -> Result<Vec<String>, Error> {
    let size = image::check(path, told).map_err(|unfit| match unfit {
        Unfit::Misfit(misfit) => Error::Image(misfit),
        Unfit::Folder => Error::ImageIsFolder { path: path.into() },
        Unfit::Read(cause) => Error::Read {
            path: path.into(),
            cause,
        },
    })?;
    Ok(page(told, size))
}

fn page(told: &ImageManifest, size: u64) -> Vec<String> {
    let mut page = show::part("The image is the one of the manifest, to the octet");
    for one in &told.partitions {
        let said = format!("{}, {} octets from octet {}, the same", one.label, one.size, one.start);
        page.extend(show::field(&format!("partition {}", one.number), &said));
    }
    if size > told.size {
        let rest = format!("{} octets, which were not looked at", size - told.size);
        page.extend(show::field("behind the image, on this disk", &rest));
    }
    page.extend(show::note(
        "Every octet of the image was read and hashed here. That a machine boots from it, and from nothing else, is for whoever stands \
         beside the machine.",
    ));
    page
}
