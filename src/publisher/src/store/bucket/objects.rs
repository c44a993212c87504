//! Objects of a bucket: read, created, replaced as what they are, listed, removed.

use std::io;

use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{Attributes, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions, Result, UpdateVersion};

use super::headers::{Kind, attributes};
use crate::error::Error;

/// The objects below a prefix, by their paths in the store.
pub struct Objects {
    s3: AmazonS3,
    prefix: String,
}

impl Objects {
    pub fn new(s3: AmazonS3, prefix: String) -> Self {
        Self { s3, prefix }
    }

    /// An object of at most `limit` octets, with its e-tag; none if it is not there.
    pub async fn get(&self, path: &str, limit: u64) -> io::Result<Option<(Vec<u8>, Option<String>)>> {
        let got = match self.s3.get(&self.place(path)).await {
            Ok(got) => got,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(cause(&error)),
        };
        if got.meta.size > limit {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it has more than {limit} octets"),
            ));
        }
        let tag = got.meta.e_tag.clone();
        let bytes = got.bytes().await.map_err(|error| cause(&error))?;
        Ok(Some((bytes.into(), tag)))
    }

    /// Creates an object where none is: `If-None-Match: *`.
    pub async fn create(&self, path: &str, bytes: &[u8], kind: Kind) -> Result<()> {
        self.put(path, bytes, PutMode::Create, attributes(path, kind)).await
    }

    /// Replaces the object that has this e-tag: `If-Match`.
    pub async fn update(&self, path: &str, bytes: &[u8], tag: String) -> Result<()> {
        let version = UpdateVersion {
            e_tag: Some(tag),
            version: None,
        };
        let attributes = attributes(path, Kind::Mutable);
        self.put(path, bytes, PutMode::Update(version), attributes).await
    }

    async fn put(&self, path: &str, bytes: &[u8], mode: PutMode, attributes: Attributes) -> Result<()> {
        let options = PutOptions {
            mode,
            attributes,
            ..PutOptions::default()
        };
        let place = self.place(path);
        let put = self.s3.put_opts(&place, bytes.to_vec().into(), options);
        put.await.map(drop)
    }

    /// The paths of all objects.
    pub async fn list(&self) -> io::Result<Vec<String>> {
        let prefix = (!self.prefix.is_empty()).then(|| Path::from(self.prefix.as_str()));
        let all = self.s3.list(prefix.as_ref());
        let paths = all.map_ok(|meta| meta.location.to_string());
        let paths: Vec<String> = paths.try_collect().await.map_err(|error| cause(&error))?;
        let inner = paths.iter().filter_map(|path| path.strip_prefix(&self.prefix));
        Ok(inner.map(str::to_owned).collect())
    }

    /// Removes an object, if it is there.
    pub async fn remove(&self, path: &str) -> Result<()> {
        match self.s3.delete(&self.place(path)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            removed => removed,
        }
    }

    fn place(&self, path: &str) -> Path {
        Path::from(format!("{}{path}", self.prefix))
    }
}

/// What the service said, as one of our errors.
pub fn failed(path: &str, error: &object_store::Error) -> Error {
    Error::Store {
        path: path.into(),
        cause: cause(error),
    }
}

fn cause(error: &object_store::Error) -> io::Error {
    let kind = match error {
        object_store::Error::NotFound { .. } => io::ErrorKind::NotFound,
        object_store::Error::PermissionDenied { .. } => io::ErrorKind::PermissionDenied,
        object_store::Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, said(error))
}

/// The whole and its innermost cause, which says what was wrong with a connection.
fn said(error: &object_store::Error) -> String {
    let whole = record::text::plain(&error.to_string(), LONGEST);
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let innermost = record::text::plain(&innermost.to_string(), LONGEST);
    match whole.contains(&innermost) {
        true => whole,
        false => format!("{whole}: {innermost}"),
    }
}

/// A service's answers can be whole pages.
const LONGEST: usize = 400;
