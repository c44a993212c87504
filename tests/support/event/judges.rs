//! What judges an event, and what makes requests for it: `openssl`, and the bytes themselves.

use std::path::Path;
use std::process::Command;

use super::Event;
use super::commands::{Ended, run};

impl Event {
    /// A certificate request by `openssl req`, in DER, into the inputs; the key stays beside the plan.
    pub fn request(&self, name: &str, arguments: &[&str]) {
        let (key, out) = (format!("{name}.key"), format!("inputs/{name}.csr"));
        let usual = [
            "req", "-new", "-nodes", "-subj", "/CN=x", "-outform", "DER", "-keyout", &key, "-out", &out,
        ];
        let _ = openssl(self.root(), &[&usual, arguments].concat()).good();
    }

    /// Makes the roster from `facts.toml`.
    pub fn make_roster(&self) {
        let _ = std::fs::remove_file(self.path("inputs/roster.cbor"));
        let _ = self.try_roster().good();
    }

    /// The same, whatever comes of it; a roster that is there already is left.
    #[must_use]
    pub fn try_roster(&self) -> Ended {
        self.roster("facts.toml", "inputs/roster.cbor", &[])
    }

    /// `ceremony plan roster` of all registrations, with these facts and further arguments.
    #[must_use]
    pub fn roster(&self, facts: &str, out: &str, more: &[&str]) -> Ended {
        let call = ["plan", "roster", "--registrations", "registrations"];
        self.ceremony(&[&call[..], &["--facts", facts, "--out", out], more].concat())
    }

    /// Drafts the plan from the inputs as they are now.
    pub fn draft(&self) {
        let _ = self.try_draft().good();
    }

    /// The same, whatever comes of it: a rehearsal's plan if the policy is one.
    #[must_use]
    pub fn try_draft(&self) -> Ended {
        let _ = std::fs::remove_file(self.path("plan.toml"));
        let words = [
            "plan",
            "draft",
            "root-generation",
            "--event",
            "2026-root",
            "--opens",
            "2026-11-22T00:00:00Z",
            "--closes",
            "2026-11-25T00:00:00Z",
            "--inputs",
            "inputs",
            "--out",
            "plan.toml",
        ];
        let rehearsal = self.text("inputs/policy.toml").contains("rehearsal = true");
        self.ceremony(&[&words[..], if rehearsal { &["--rehearsal"] } else { &[] }].concat())
    }

    /// Writes the results to `judged/` and has `openssl verify` judge every certificate under the root, with the
    /// root's revocation list; the revocation lists' signatures are judged too.
    pub fn judge_results(&self) {
        let results = self.results();
        std::fs::create_dir_all(self.path("judged")).expect("a folder");
        for certificate in &results.certificates {
            self.write(&format!("judged/{}.der", certificate.stem()), &*certificate.der);
            self.openssl(&format!(
                "x509 -inform DER -in {0}.der -out {0}.pem",
                certificate.stem()
            ));
        }
        for crl in &results.crls {
            self.write(&format!("judged/{}.crl", crl.issuer), &*crl.der);
            self.openssl(&format!("crl -inform DER -in {0}.crl -out {0}.crl.pem", crl.issuer));
            let said = self.openssl(&format!("crl -in {0}.crl.pem -CAfile {0}.pem -noout", crl.issuer));
            assert!(said.err.contains("verify OK"), "{said:?}");
        }
        assert_eq!((results.certificates.len(), results.crls.len()), (6, 2));
        for certificate in results
            .certificates
            .iter()
            .filter(|certificate| certificate.name != "root")
        {
            let said = self.openssl(&format!(
                "verify -x509_strict -crl_check -attime {NOW_UNIX} -CAfile root-1.pem -CRLfile root-1.crl.pem {}.pem",
                certificate.stem()
            ));
            assert_eq!(said.out.trim(), format!("{}.pem: OK", certificate.stem()));
        }
    }

    /// Each certificate and list in the results holds the bytes that the journal froze.
    pub fn results_are_as_frozen(&self) {
        let (results, mut frozen) = (self.results(), self.frozen());
        let certificates = results
            .certificates
            .iter()
            .map(|one| (format!("{}-certificate", one.name), &one.der));
        let crls = results
            .crls
            .iter()
            .map(|one| (one.issuer.replace("-1", "-crl"), &one.der));
        for (step, der) in certificates.chain(crls) {
            let wanted = frozen.remove(&step).unwrap_or_else(|| panic!("{step} is not frozen"));
            assert_eq!(to_be_signed(der), &wanted[..], "{step}");
        }
        assert!(frozen.is_empty(), "{frozen:?} was never signed");
    }

    fn openssl(&self, arguments: &str) -> Ended {
        openssl(&self.path("judged"), &arguments.split(' ').collect::<Vec<_>>()).good()
    }
}

/// Runs `openssl` in a folder.
#[must_use]
pub fn openssl(folder: &Path, arguments: &[&str]) -> Ended {
    run(Command::new("openssl").current_dir(folder).args(arguments), "")
}

/// The first element of a SEQUENCE: the to-be-signed bytes of a certificate or CRL.
#[must_use]
pub fn to_be_signed(der: &[u8]) -> &[u8] {
    let body = &der[header(der).0..];
    let (head, length) = header(body);
    &body[..head + length]
}

/// The octets of tag and length, and the length; X.690 section 8.1.3.
fn header(der: &[u8]) -> (usize, usize) {
    match usize::from(der[1]) {
        short @ 0..=0x7f => (2, short),
        long => {
            let octets = long - 0x80;
            let length = der[2..2 + octets]
                .iter()
                .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
            (2 + octets, length)
        }
    }
}

/// 2026-11-22T10:00:00Z, by `date -u -d TIME +%s`.
const NOW_UNIX: &str = "1795341600";
