//! A workshop where the `openssl` program makes keys, certificates, requests and CRLs for one test file.

pub mod der;
pub mod judge;

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use x509::{Certificate, Crl, PublicKey};

/// A fresh folder; file names inside it are short names without a path.
pub struct Workshop(PathBuf);

impl Workshop {
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let dir =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("x509-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Workshop(dir)
    }

    pub fn openssl(&self, arguments: &str) -> Vec<u8> {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(&self.0)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "openssl {arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    /// Makes NAME.key: `p384`, `p256`, `ed25519`, `ed448` or `rsa`.
    pub fn key(&self, name: &str, kind: &str) {
        let algorithm = match kind {
            "p384" => "EC -pkeyopt ec_paramgen_curve:P-384",
            "p256" => "EC -pkeyopt ec_paramgen_curve:P-256",
            "rsa" => "RSA -pkeyopt rsa_keygen_bits:2048",
            other => other,
        };
        self.openssl(&format!("genpkey -algorithm {algorithm} -out {name}.key"));
    }

    pub fn spki(&self, name: &str) -> Vec<u8> {
        self.openssl(&format!("pkey -in {name}.key -pubout -outform DER"))
    }

    pub fn public_key(&self, name: &str) -> PublicKey {
        PublicKey::from_spki_der(&self.spki(name)).unwrap()
    }

    /// Signs NAME.pem for NAME.key with ISSUER.key; self-signed when both are the same.
    pub fn certificate(&self, name: &str, issuer: &str, days: u32, extensions: &str) -> Certificate {
        self.certificate_of(name, &format!("/O=Test/CN={name}"), issuer, days, extensions)
    }

    pub fn certificate_of(&self, name: &str, subject: &str, issuer: &str, days: u32, extensions: &str) -> Certificate {
        Certificate::parse(&self.issue(name, subject, issuer, days, extensions)).unwrap()
    }

    /// The same, not read: DER.
    pub fn issue(&self, name: &str, subject: &str, issuer: &str, days: u32, extensions: &str) -> Vec<u8> {
        static SERIAL: AtomicU32 = AtomicU32::new(0x0100_0000);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let extensions = match extensions.contains("SKID") {
            true => extensions.replace("SKID", &format!("subjectKeyIdentifier={}", self.key_id(name))),
            false => extensions.to_owned(),
        };
        self.write(
            "x.cnf",
            format!("[req]\nprompt=no\ndistinguished_name=dn\n[dn]\nCN=unused\n[ext]\n{extensions}\n"),
        );
        let csr = Command::new("openssl")
            .args([
                "req",
                "-new",
                "-utf8",
                "-config",
                "x.cnf",
                "-key",
                &format!("{name}.key"),
                "-subj",
                subject,
                "-out",
                "x.csr",
            ])
            .current_dir(&self.0)
            .output()
            .unwrap();
        assert!(csr.status.success(), "{}", String::from_utf8_lossy(&csr.stderr));
        let signer = if name == issuer {
            format!("-signkey {name}.key")
        } else {
            format!("-CA {issuer}.pem -CAkey {issuer}.key")
        };
        self.openssl(&format!(
            "x509 -req -in x.csr {signer} -set_serial {serial} -days {days} -sha384 -extfile x.cnf -extensions ext -out {name}.pem"
        ));
        self.openssl(&format!("x509 -in {name}.pem -outform DER"))
    }

    fn key_id(&self, name: &str) -> String {
        let id = self.public_key(name).key_id();
        id.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A CRL by ISSUER; `revoked` are lines of OpenSSL's database, like `SERIAL keyCompromise`.
    pub fn crl(&self, issuer: &str, revoked: &[(&str, &str)], extensions: &str, times: &str) -> Vec<u8> {
        let line = |(serial, reason): &(&str, &str)| {
            format!("R\t400101000000Z\t300101000000Z{reason}\t{serial}\tunknown\t/CN=x\n")
        };
        self.write("index.txt", revoked.iter().map(line).collect::<String>());
        self.write("crlnumber", "0A\n");
        let config = format!(
            "[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha384\n[ext]\n{extensions}\n[dp]\nfullname=URI:http://x.test/crl\n[dpuser]\nfullname=URI:http://x.test/crl\nonlyuser=TRUE\n"
        );
        self.write("ca.cnf", config);
        self.openssl(&format!(
            "ca -gencrl -config ca.cnf -crlexts ext -keyfile {issuer}.key -cert {issuer}.pem {times} -out x.crl"
        ));
        self.openssl("crl -in x.crl -outform DER")
    }

    /// A plain CRL of the next thirty days.
    pub fn plain_crl(&self, issuer: &str, revoked: &[(&str, &str)]) -> Crl {
        Crl::parse(&self.crl(issuer, revoked, "authorityKeyIdentifier=keyid:always", "-crldays 30")).unwrap()
    }

    /// What `openssl req -new` writes by default for NAME.key, with an optional extension section.
    pub fn request(&self, name: &str, options: &str, extensions: &str) -> Vec<u8> {
        let asked = if extensions.is_empty() {
            ""
        } else {
            "req_extensions=ext"
        };
        self.write(
            "r.cnf",
            format!("[req]\nprompt=no\ndistinguished_name=dn\n{asked}\n[dn]\nCN=Release\n[ext]\n{extensions}\n"),
        );
        self.openssl(&format!("req -new -config r.cnf -key {name}.key {options} -out r.csr"));
        self.read("r.csr")
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub const ROOT: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nSKID";
pub const DELEGATE: &str = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,digitalSignature,keyCertSign,cRLSign\nextendedKeyUsage=1.3.6.1.4.1.32473.3579.1\nSKID\nauthorityKeyIdentifier=keyid:always";
pub const LEAF: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=1.3.6.1.4.1.32473.3579.1\nSKID\nauthorityKeyIdentifier=keyid:always";
pub const PURPOSE: &str = "1.3.6.1.4.1.32473.3579.1";
