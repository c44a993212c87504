//! Where a store is: a folder, or a bucket of an S3.

use std::net::IpAddr;
use std::path::PathBuf;

use verifier::layout::PROBES;

use super::path::demand_plain;
use super::{Bucket, Opened, Source as _};
use crate::error::Error;
use crate::files;

/// As the command line has it: a path, or `s3://BUCKET[/PREFIX]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A local folder.
    Folder(PathBuf),
    /// A bucket.
    Bucket(Address),
}

/// A bucket, and what all names in it begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The bucket's name.
    pub bucket: String,
    /// Empty, or with a slash at its end.
    pub prefix: String,
}

impl Place {
    /// Reads one.
    ///
    /// # Errors
    /// A bucket's name or a prefix that S3 or this project does not have.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix("s3://") else {
            return match text.contains("://") {
                true => Err("a store is a folder or s3://BUCKET[/PREFIX]".into()),
                false => Ok(Self::Folder(text.into())),
            };
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b);
        if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(known) {
            return Err("a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens".into());
        }
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        if !prefix.is_empty() && demand_plain(prefix).is_err() {
            return Err("a prefix is names of letters, digits, '.', '_' and '-', with '/' between".into());
        }
        let prefix = match prefix {
            "" => String::new(),
            some => format!("{some}/"),
        };
        Ok(Self::Bucket(Address {
            bucket: bucket.into(),
            prefix,
        }))
    }
}

impl Place {
    /// A folder has no address.
    pub(super) fn no_endpoint() -> Error {
        Error::Usage {
            what: "--endpoint is for a store in a bucket".into(),
        }
    }

    /// Refuses a place that holds something. A bucket is probed.
    ///
    /// # Errors
    /// It does, or it cannot be told.
    pub fn demand_empty(&self, endpoint: Option<&str>) -> Result<(), Error> {
        let address = match self {
            Self::Folder(_) if endpoint.is_some() => return Opened::open(self, endpoint).map(drop),
            Self::Folder(folder) => return files::demand_absent(folder),
            Self::Bucket(address) => address,
        };
        let files = Bucket::open(address, endpoint)?.list();
        let files = files.map_err(|cause| Error::Store {
            path: self.to_string(),
            cause,
        })?;
        let of_the_probe = |path: &String| PROBES.iter().any(|probe| probe.path == path);
        match files.iter().all(of_the_probe) {
            true => Ok(()),
            false => Err(Error::Exists {
                path: self.to_string().into(),
            }),
        }
    }

    /// Makes a folder; a bucket is made by whoever gives it its policy.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn make(&self) -> Result<(), Error> {
        let Self::Folder(folder) = self else { return Ok(()) };
        let failed = |cause| Error::Write {
            path: folder.clone(),
            cause,
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        files::sync_folder_of(folder)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::Bucket(address) => address.fmt(f),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

/// Reads the address of an S3 of one's own: HTTPS, or HTTP that never leaves this machine.
///
/// # Errors
/// Anything else: keys of the store's service would cross a network for all to read.
pub fn endpoint(text: &str) -> Result<String, String> {
    let good = text.starts_with("https://") || text.strip_prefix("http://").is_some_and(is_loopback);
    match good && text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains('@') {
        true => Ok(text.into()),
        false => Err("https://HOST[:PORT], or http:// on 127.0.0.1, [::1] or localhost".into()),
    }
}

fn is_loopback(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_has_one_name() {
        let bucket = |prefix: &str| {
            Place::Bucket(Address {
                bucket: "pki-store".into(),
                prefix: prefix.into(),
            })
        };
        assert_eq!(Place::parse("s3://pki-store"), Ok(bucket("")));
        assert_eq!(Place::parse("s3://pki-store/"), Ok(bucket("")));
        assert_eq!(Place::parse("s3://pki-store/a/b"), Ok(bucket("a/b/")));
        assert_eq!(Place::parse("store"), Ok(Place::Folder("store".into())));
        for other in [
            "s3://",
            "s3://ab",
            "s3://Store",
            "s3://store/../x",
            "s3://store//x",
            "s3://store/.x",
            "gs://store",
        ] {
            assert!(Place::parse(other).is_err(), "{other}");
        }
    }

    #[test]
    fn http_stays_on_this_machine() {
        for good in [
            "https://s3.example",
            "http://127.0.0.1:5000",
            "http://[::1]:5000/",
            "http://localhost:1",
        ] {
            assert_eq!(endpoint(good).as_deref(), Ok(good));
        }
        for other in [
            "http://s3.example",
            "http://127.0.0.1@s3.example",
            "http://127.0.0.1.s3.example",
            "ftp://127.0.0.1",
            "http://localhost.example",
            "https://a b",
        ] {
            assert!(endpoint(other).is_err(), "{other}");
        }
    }
}
