//! Steps of plans, as TOML.

use record::{Digest, Time};

/// A key is made.
pub fn key(name: &str, quorum: bool) -> String {
    format!("[[step]]\nid = \"{name}-key\"\ndo = \"make-key\"\nkey = \"{name}\"\nquorum = {quorum}\n\n")
}

/// A certificate for what `key` says: `made = "bors-2"`.
pub fn certificate(stem: &str, key: &str, issuer: &str, from: Time, until: &str) -> String {
    let (name, number) = stem.rsplit_once('-').expect("a stem");
    let serial = serial(stem);
    format!(
        "[[step]]\nid = \"{stem}-certificate\"\ndo = \"issue-certificate\"\nname = \"{name}\"\nnumber = {number}\n\
         key = {{ {key} }}\nissuer = \"{issuer}\"\nserial = \"{serial}\"\nnot-before = \"{from}\"\n\
         not-after = \"{until}\"\n"
    )
}

/// A subkey's certificate, over a request.
pub fn subkey(stem: &str, issuer: &str, uri: &str, from: Time) -> String {
    let (name, number) = stem.rsplit_once('-').expect("a stem");
    let (serial, until) = (serial(stem), from.plus(700 * 86_400));
    format!(
        "[[step]]\nid = \"{stem}-certificate\"\ndo = \"issue-subkey\"\nrule = \"bors-repository\"\nname = \"{name}\"\n\
         number = {number}\nkey = {{ request = \"{name}.csr\" }}\nissuer = \"{issuer}\"\nuris = [\"{uri}\"]\n\
         serial = \"{serial}\"\nnot-before = \"{from}\"\nnot-after = \"{until}\"\n"
    )
}

/// One root signs for another.
pub fn cross(subject: &str, issuer: &str, from: Time, until: &str) -> String {
    let serial = serial(&format!("{subject} by {issuer}"));
    format!(
        "[[step]]\nid = \"{subject}-by-{issuer}\"\ndo = \"issue-cross\"\nsubject = \"{subject}\"\nissuer = \"{issuer}\"\n\
         serial = \"{serial}\"\nnot-before = \"{from}\"\nnot-after = \"{until}\"\n"
    )
}

/// A CRL for 400 days, with what it newly revokes.
pub fn crl(issuer: &str, number: u64, from: Time, revoked: &str) -> String {
    let until = from.plus(400 * 86_400);
    format!(
        "[[step]]\nid = \"{issuer}-crl\"\ndo = \"issue-crl\"\nissuer = \"{issuer}\"\nnumber = {number}\n\
         this-update = \"{from}\"\nnext-update = \"{until}\"\n{revoked}\n"
    )
}

/// What a CRL newly revokes.
pub fn revoked(stem: &str, at: Time, reason: &str) -> String {
    format!("revoked = [{{ certificate = \"{stem}\", at = \"{at}\", reason = \"{reason}\" }}]")
}

/// A question, with which the event goes on if the answer is yes.
pub fn question(id: &str) -> String {
    format!(
        "[[step]]\nid = \"{id}\"\ndo = \"answer\"\nwho = \"members\"\nquestion = \"Is all as it should be?\"\n\
         choices = [\"yes\", \"no\"]\nproceed = \"yes\"\n"
    )
}

/// A document is published.
pub fn document(input: &str, name: &str) -> String {
    format!("[[step]]\nid = \"publish\"\ndo = \"publish-document\"\ninput = \"{input}\"\nname = \"{name}\"\n")
}

/// A serial number, another for each name.
pub fn serial(name: &str) -> String {
    format!("31{}", &Digest::of(name.as_bytes()).hex()[..30])
}
