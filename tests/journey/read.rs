//! The store of the journey as openssl reads it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use record::Time;
use support::judges::openssl;
use support::rehearsal::{self, Rehearsal, text};
use support::scratch::files_under;

/// A certificate of the store.
pub struct Certificate {
    pub stem: String,
    pub path: String,
    pub subject: String,
    pub issuer: String,
    pub from: Time,
    pub until: Time,
}

/// A revocation list of the store.
pub struct List {
    pub issuer: String,
    pub number: u64,
    pub path: String,
    pub from: Time,
    pub until: Time,
    /// Reasons by serial number, in hexadecimal.
    pub revoked: BTreeMap<String, Option<String>>,
}

/// The journey, which ended well.
pub fn journey() -> &'static Rehearsal {
    rehearsal::journey().done()
}

/// All certificates, by their stems.
pub fn certificates() -> Vec<Certificate> {
    let folder = journey().store("certs");
    let pem = |file: &Path| file.extension().is_some_and(|end| end == "pem");
    files_under(&folder)
        .iter()
        .filter(|file| pem(file))
        .map(|file| certificate(&folder.join(file)))
        .collect()
}

fn certificate(path: &Path) -> Certificate {
    let file = text(path);
    let words = [
        "x509", "-in", &file, "-noout", "-subject", "-issuer", "-dates", "-dateopt", "iso_8601",
    ];
    let said = openssl(&words, "").expect(0).out;
    Certificate {
        stem: path.file_stem().expect("a stem").to_string_lossy().into_owned(),
        subject: field(&said, "subject="),
        issuer: field(&said, "issuer="),
        from: time(&field(&said, "notBefore=")),
        until: time(&field(&said, "notAfter=")),
        path: file,
    }
}

/// All lists: of each issuer in the order of their numbers.
pub fn lists() -> &'static BTreeMap<String, Vec<List>> {
    static ALL: OnceLock<BTreeMap<String, Vec<List>>> = OnceLock::new();
    ALL.get_or_init(read_lists)
}

fn read_lists() -> BTreeMap<String, Vec<List>> {
    let folder = journey().store("crl");
    let mut lists: BTreeMap<String, Vec<List>> = BTreeMap::new();
    for file in files_under(&folder)
        .iter()
        .filter(|file| file.components().count() == 2)
    {
        let list = list(&folder.join(file));
        lists.entry(list.issuer.clone()).or_default().push(list);
    }
    lists.values_mut().for_each(|of| of.sort_by_key(|list| list.number));
    lists
}

fn list(path: &Path) -> List {
    let (file, issuer) = (text(path), path.parent().and_then(Path::file_name).expect("an issuer"));
    let issuer = issuer.to_string_lossy().into_owned();
    let ca = journey().in_store(&format!("certs/{issuer}.pem"));
    let words = ["crl", "-inform", "DER", "-in", &file, "-CAfile", &ca, "-noout"];
    let more = ["-text", "-lastupdate", "-nextupdate", "-dateopt", "iso_8601"];
    let told = openssl(&[&words[..], &more[..]].concat(), "").expect(0);
    assert!(told.err.contains("verify OK"), "{told}");
    let number = told.out.split("X509v3 CRL Number: \n").nth(1).expect("a number");
    let number = number.lines().next().and_then(|line| line.trim().parse().ok());
    List {
        issuer,
        number: number.expect("digits"),
        from: time(&field(&told.out, "lastUpdate=")),
        until: time(&field(&told.out, "nextUpdate=")),
        revoked: revoked(&told.out),
        path: file,
    }
}

/// The entries, and the reason that stands in each.
fn revoked(text: &str) -> BTreeMap<String, Option<String>> {
    let entries = text.split("Serial Number: ").skip(1);
    let entry = |entry: &str| {
        let serial = entry.lines().next().unwrap_or_default().trim().to_owned();
        let reason = entry.split("X509v3 CRL Reason Code: \n").nth(1);
        let reason = reason
            .and_then(|rest| rest.lines().next())
            .map(|line| line.trim().to_owned());
        (serial, reason)
    };
    entries.map(entry).collect()
}

/// What was shown on the line that begins so.
fn field(said: &str, name: &str) -> String {
    let found = said.lines().find_map(|line| line.strip_prefix(name));
    found.unwrap_or_else(|| panic!("no {name} in {said}")).trim().to_owned()
}

fn time(iso: &str) -> Time {
    Time::parse(&iso.replace(' ', "T")).unwrap_or_else(|| panic!("'{iso}' is no time"))
}

/// How many numbered files there are: `roster/1.cbor`, `roster/2.cbor`, ...
pub fn numbered(folder: &str, ending: &str) -> usize {
    let entries = fs::read_dir(journey().store(folder)).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let is_numbered = |name: &String| {
        name.strip_suffix(ending)
            .is_some_and(|stem| stem.parse::<u32>().is_ok())
    };
    names.filter(is_numbered).count()
}
