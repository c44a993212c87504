//! The probe: a service that does not judge conditions would let the past be changed by mistake, and says nothing of it.
//!
//! There are two files, each with one contents. A good store has them after the first start, and nothing is written after
//! that: all later attempts must be refused.

use object_store::Error as Refused;
use verifier::layout::Probe;

use super::Bucket;
use super::headers::Kind;
use super::objects::failed;
use crate::error::Error;

/// Asks the store to do what it must not do.
///
/// # Errors
/// It did, or it cannot be asked.
pub fn check(bucket: &Bucket) -> Result<(), Error> {
    bucket.runtime.block_on(async {
        let stale = once(bucket).await?;
        swapped(bucket, stale).await
    })
}

/// Creating over what is there must fail. Returns an e-tag that no other file has.
async fn once(bucket: &Bucket) -> Result<String, Error> {
    let Probe { path, contents } = Probe::ONCE;
    bucket.create_one(path, contents.as_bytes(), Kind::Immutable).await?;
    let replaced = bucket.objects.create(path, OTHER, Kind::Immutable).await;
    if replaced.is_ok() {
        // A service that is mended later finds what belongs there.
        let _ = bucket.objects.create(path, contents.as_bytes(), Kind::Immutable).await;
    }
    demand_refused(
        path,
        replaced,
        "it was replaced, though the request said If-None-Match: *",
    )?;
    let (found, tag) = find(bucket, path).await?;
    demand(
        path,
        found == contents.as_bytes(),
        "the store refused to replace it, and did",
    )?;
    Ok(tag)
}

/// Replacing what it is not must fail.
async fn swapped(bucket: &Bucket, mut stale: String) -> Result<(), Error> {
    let Probe { path, contents } = Probe::SWAPPED;
    match bucket.objects.create(path, FIRST, Kind::Mutable).await {
        Ok(()) | Err(Refused::AlreadyExists { .. } | Refused::Precondition { .. }) => {}
        Err(error) => return Err(failed(path, &error)),
    }
    let (found, tag) = find(bucket, path).await?;
    if found == FIRST {
        let swapped = bucket.objects.update(path, contents.as_bytes(), tag.clone()).await;
        match swapped {
            // Another publisher's first start: what it holds is looked at next.
            Ok(()) | Err(Refused::Precondition { .. }) => stale = tag,
            Err(error) => return Err(failed(path, &error)),
        }
    }
    let (found, tag) = find(bucket, path).await?;
    demand(
        path,
        found == contents.as_bytes(),
        "it has other contents than it must have",
    )?;
    demand(path, tag != stale, "it has the e-tag of other contents")?;
    let replaced = bucket.objects.update(path, OTHER, stale).await;
    demand_refused(
        path,
        replaced,
        "it was replaced, though the request said If-Match with another e-tag",
    )?;
    let (found, _) = find(bucket, path).await?;
    demand(
        path,
        found == contents.as_bytes(),
        "the store refused to replace it, and did",
    )
}

async fn find(bucket: &Bucket, path: &str) -> Result<(Vec<u8>, String), Error> {
    let found = bucket.objects.get(path, Kind::Mutable.limit()).await;
    let found = found.map_err(|cause| Error::Store {
        path: path.into(),
        cause,
    })?;
    let (bytes, tag) = found.ok_or_else(|| Error::NotKept { path: path.into() })?;
    let tag = tag.ok_or_else(|| broken(path, "the store gave no e-tag, so that nothing can be compared"))?;
    Ok((bytes, tag))
}

fn demand_refused(path: &str, attempt: object_store::Result<()>, what: &'static str) -> Result<(), Error> {
    match attempt {
        Ok(()) => Err(broken(path, what)),
        Err(Refused::AlreadyExists { .. } | Refused::Precondition { .. }) => Ok(()),
        Err(error) => Err(failed(path, &error)),
    }
}

fn demand(path: &str, holds: bool, what: &'static str) -> Result<(), Error> {
    match holds {
        true => Ok(()),
        false => Err(broken(path, what)),
    }
}

fn broken(path: &str, what: &'static str) -> Error {
    Error::Unconditional {
        path: path.into(),
        what,
    }
}

/// What the second file holds before it is replaced, at the first start.
const FIRST: &[u8] = b"This file waits to be replaced.\n";
/// What no file of a good store ever holds.
const OTHER: &[u8] = b"This store replaces what it must not replace.\n";
