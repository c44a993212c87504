//! What browsers and caches are told of each file (C2SP tlog-tiles for the log's).

use object_store::{Attribute, Attributes};

/// How a file lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It never changes.
    Immutable,
    /// It may be replaced.
    Mutable,
    /// It is not shown to anybody, and is removed.
    Aside,
}

impl Kind {
    /// No file of this kind is larger.
    pub fn limit(self) -> u64 {
        match self {
            Self::Immutable | Self::Mutable => tlog::tile::MAX_FILE as u64,
            Self::Aside => 512 * 1024 * 1024,
        }
    }
}

/// What is told of a file.
pub fn attributes(path: &str, kind: Kind) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, content_type(path).into());
    attributes.insert(Attribute::CacheControl, cache_control(path, kind).into());
    attributes
}

fn content_type(path: &str) -> &'static str {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_checkpoint = name == "checkpoint" || folder.ends_with("/checkpoints");
    if is_checkpoint || name == "allowed_signers" || name.starts_with("tlog-policy-") || path.starts_with("probe/") {
        return TEXT;
    }
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "cbor" => "application/cbor",
        // RFC 2585.
        "der" => "application/pkix-cert",
        "crl" => "application/pkix-crl",
        "pem" | "sig" | "toml" | "txt" | "md" | "tlog-proof" => TEXT,
        _ => "application/octet-stream",
    }
}

fn cache_control(path: &str, kind: Kind) -> &'static str {
    match kind {
        Kind::Immutable => "public, max-age=31536000, immutable",
        Kind::Mutable if path.ends_with("/checkpoint") => "public, max-age=5",
        Kind::Mutable => "public, max-age=60",
        Kind::Aside => "private, no-store",
    }
}

const TEXT: &str = "text/plain; charset=utf-8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logs_files_are_told_of_as_c2sp_says() {
        for (path, kind, content, cache) in [
            (
                "log/1/tile/0/000",
                Kind::Immutable,
                "application/octet-stream",
                "public, max-age=31536000, immutable",
            ),
            (
                "log/1/tile/entries/000.p/4",
                Kind::Immutable,
                "application/octet-stream",
                "public, max-age=31536000, immutable",
            ),
            ("sig/1/checkpoint", Kind::Mutable, TEXT, "public, max-age=5"),
            (
                "log/1/checkpoints/12",
                Kind::Immutable,
                TEXT,
                "public, max-age=31536000, immutable",
            ),
            (
                "index.html",
                Kind::Mutable,
                "text/html; charset=utf-8",
                "public, max-age=60",
            ),
            (
                "crl/root-1.crl",
                Kind::Mutable,
                "application/pkix-crl",
                "public, max-age=60",
            ),
            (
                "certs/root-1.der",
                Kind::Immutable,
                "application/pkix-cert",
                "public, max-age=31536000, immutable",
            ),
            (
                "staging/x",
                Kind::Aside,
                "application/octet-stream",
                "private, no-store",
            ),
        ] {
            assert_eq!(
                (content_type(path), cache_control(path, kind)),
                (content, cache),
                "{path}"
            );
        }
    }
}
