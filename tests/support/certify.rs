//! An authority and a server's certificate by it, as `openssl` makes them.

use std::fs;
use std::path::Path;

use crate::judges::openssl;
use crate::rehearsal::text;

/// Files in PEM.
pub struct Certified {
    /// The authority's certificate.
    pub authority: String,
    /// The server's.
    pub certificate: String,
    /// The server's private key.
    pub key: String,
}

/// Makes both in a folder; the server is called `DNS:localhost` or `IP:127.0.0.1`.
///
/// # Panics
/// If `openssl` does not.
#[must_use]
pub fn certify(folder: &Path, server: &str) -> Certified {
    let [authority, authority_key, request, key, certificate, ext] =
        ["ca.pem", "ca.key", "csr.pem", "key.pem", "cert.pem", "ext"].map(|name| text(&folder.join(name)));
    let new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"];
    let own = ["-x509", "-days", "1", "-subj", "/CN=An authority"];
    let _ = openssl(
        &[&new[..], &own, &["-keyout", &authority_key, "-out", &authority]].concat(),
        "",
    )
    .expect(0);
    let asked = ["-subj", "/CN=A server", "-keyout", &key, "-out", &request];
    let _ = openssl(&[&new[..], &asked].concat(), "").expect(0);
    fs::write(&ext, format!("subjectAltName={server}\nextendedKeyUsage=serverAuth\n")).expect("extensions");
    let sign = ["x509", "-req", "-days", "1", "-in", &request, "-CA", &authority];
    let by = ["-CAkey", &authority_key, "-extfile", &ext, "-out", &certificate];
    let _ = openssl(&[&sign[..], &by].concat(), "").expect(0);
    Certified {
        authority,
        certificate,
        key,
    }
}
