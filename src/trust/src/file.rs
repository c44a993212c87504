//! The proof file of an artifact: the signature and all that is needed to believe it, in one text.

use std::fmt;
use std::iter::{Enumerate, Peekable};
use std::vec::IntoIter;

use tlog::Proof;
use x509::{Certificate, Crl};

use crate::pem::{self, Label};
use crate::sshsig::{Sshsig, SshsigError};

/// What lies beside an artifact as `<artifact>.proof`, read but not verified. `Display` writes the same bytes again.
///
/// PEM blocks, one after the other, nothing between them, in this order:
///
/// ```text
/// SSH SIGNATURE    the signature, as ssh-keygen -Y sign writes it: ssh-keygen -Y verify takes the whole file
/// TLOG PROOF       that it is logged (C2SP tlog-proof; its extra line has the time, 8 bytes, big-endian seconds)
/// CERTIFICATE      the signer's, then each issuer's, without the root
/// TLOG PROOF       that this certificate is logged, after each of them (without an extra line)
/// X509 CRL         lists of these issuers and of the root; may be absent
/// ```
///
/// A file has all its proofs or, for a private registry without a log, none.
#[derive(Clone, Debug)]
pub struct ProofFile {
    /// The signature.
    pub signature: Logged<Sshsig>,
    /// From the signer upward, without the root.
    pub certificates: Vec<Logged<Certificate>>,
    /// Lists of their issuers.
    pub crls: Vec<Crl>,
}

/// Something, and the proof that a log has it.
#[derive(Clone, Debug)]
pub struct Logged<T> {
    /// The thing.
    pub item: T,
    /// The proof, if there is one.
    pub proof: Option<Proof>,
}

impl ProofFile {
    /// Reads a proof file.
    ///
    /// # Errors
    /// Anything but the one spelling of the format, or more of it than anybody needs.
    pub fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > MAX_FILE {
            return Err(FileError::TooLarge {
                length: bytes.len(),
                limit: MAX_FILE,
            });
        }
        let mut blocks = Blocks(pem::parse(bytes)?.into_iter().enumerate().peekable());
        let file = Self {
            signature: blocks.logged(Label::Signature, |bytes| {
                Sshsig::parse(bytes).map_err(FileError::Signature)
            })?,
            certificates: blocks.certificates()?,
            crls: blocks.crls()?,
        };
        match blocks.0.next() {
            Some((number, (label, _))) => Err(out_of_order(number, label)),
            None => file.demand_all_or_no_proofs(),
        }
    }

    fn demand_all_or_no_proofs(self) -> Result<Self, FileError> {
        let wanted = self.signature.proof.is_some();
        match self.certificates.iter().all(|one| one.proof.is_some() == wanted) {
            true => Ok(self),
            false => Err(FileError::SomeProofs),
        }
    }
}

impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proof = |proof: &Option<Proof>| {
            let text = proof.as_ref().map(Proof::to_string);
            text.map_or_else(String::new, |text| pem::encode(Label::Proof, text.as_bytes()))
        };
        f.write_str(&pem::encode(Label::Signature, self.signature.item.bytes()))?;
        f.write_str(&proof(&self.signature.proof))?;
        for one in &self.certificates {
            f.write_str(&pem::encode(Label::Certificate, one.item.der()))?;
            f.write_str(&proof(&one.proof))?;
        }
        let mut crls = self.crls.iter();
        crls.try_for_each(|crl| f.write_str(&pem::encode(Label::Crl, crl.der())))
    }
}

/// Blocks that are still to be read, each with its number from 0.
struct Blocks(Peekable<Enumerate<IntoIter<Block>>>);

type Block = (Label, Vec<u8>);

impl Blocks {
    /// The next block's bytes if it has this label.
    fn take(&mut self, label: Label) -> Option<Vec<u8>> {
        let (_, (_, bytes)) = self.0.next_if(|(_, (found, _))| *found == label)?;
        Some(bytes)
    }

    fn logged<T>(
        &mut self,
        label: Label,
        parse: impl Fn(&[u8]) -> Result<T, FileError>,
    ) -> Result<Logged<T>, FileError> {
        let missing = FileError::Missing { what: label.name() };
        let item = parse(&self.take(label).ok_or(missing)?)?;
        let proof = self.take(Label::Proof).map(|bytes| Proof::parse(&bytes));
        Ok(Logged {
            item,
            proof: proof.transpose().map_err(FileError::Proof)?,
        })
    }

    fn certificates(&mut self) -> Result<Vec<Logged<Certificate>>, FileError> {
        let parse = |bytes: &[u8]| Certificate::parse(bytes).map_err(FileError::Certificate);
        let mut certificates = vec![self.logged(Label::Certificate, parse)?];
        while matches!(self.0.peek(), Some((_, (Label::Certificate, _)))) {
            certificates.push(self.logged(Label::Certificate, parse)?);
        }
        Ok(certificates)
    }

    fn crls(&mut self) -> Result<Vec<Crl>, FileError> {
        let mut crls = Vec::new();
        while let Some(bytes) = self.take(Label::Crl) {
            crls.push(Crl::parse(&bytes).map_err(FileError::Crl)?);
        }
        Ok(crls)
    }
}

fn out_of_order(number: usize, label: Label) -> FileError {
    FileError::Order {
        block: number + 1,
        label: label.name(),
    }
}

/// A file that is no proof file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FileError {
    /// More bytes than a proof file has.
    TooLarge {
        /// Its bytes.
        length: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Not UTF-8.
    NotText,
    /// Something else where a block should begin.
    Label {
        /// Which block it would be, from 1.
        block: usize,
    },
    /// A block that is not spelled as we would write it.
    Spelling {
        /// Which block, from 1.
        block: usize,
    },
    /// More blocks than a proof file has.
    Blocks {
        /// How many it may have.
        limit: usize,
    },
    /// A block that must be there.
    Missing {
        /// Its label.
        what: &'static str,
    },
    /// A block where none of its label may stand.
    Order {
        /// Which block, from 1.
        block: usize,
        /// Its label.
        label: &'static str,
    },
    /// Some proofs, but not all.
    SomeProofs,
    /// The signature is none.
    Signature(SshsigError),
    /// A proof is none.
    Proof(tlog::Error),
    /// A certificate is none.
    Certificate(x509::Error),
    /// A revocation list is none.
    Crl(x509::Error),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { length, limit } => write!(f, "it has {length} bytes, and may have {limit}"),
            Self::NotText => f.write_str("it is not text"),
            Self::Label { block } => write!(f, "block {block} does not begin as a block of a proof file does"),
            Self::Spelling { block } => write!(f, "block {block} is cut off, or not in its one spelling"),
            Self::Blocks { limit } => write!(f, "it has more than {limit} blocks"),
            Self::Missing { what } => write!(f, "it has no {what} where one must stand"),
            Self::Order { block, label } => write!(f, "block {block}, {label}, must not stand where it stands"),
            Self::SomeProofs => f.write_str("it has proofs for some of what it holds, and not for all"),
            Self::Signature(error) => write!(f, "its signature: {error}"),
            Self::Proof(error) => write!(f, "one of its proofs: {error}"),
            Self::Certificate(error) => write!(f, "one of its certificates: {error}"),
            Self::Crl(error) => write!(f, "one of its revocation lists: {error}"),
        }
    }
}

impl std::error::Error for FileError {}

/// Ours have less than 10 KiB; revocation lists may grow.
const MAX_FILE: usize = 4 * 1024 * 1024;
