//! Proofs that travel with what they prove: index, hashes, cosigned checkpoint in one file (C2SP tlog-proof).

use std::fmt;

use crate::{Error, Hash, Policy, SignedCheckpoint, merkle::check_inclusion, policy::Accepted, text};

/// The most bytes of a proof.
pub const MAX_PROOF: usize = 1024 * 1024;

/// The most hashes of a proof: the height of the largest tree.
pub const MAX_HASHES: usize = 63;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A proof of inclusion, read but not verified. It says that an entry is in a log, not that nothing newer revokes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    extra: Option<Vec<u8>>,
    index: u64,
    path: Vec<Hash>,
    checkpoint: SignedCheckpoint,
}

impl Proof {
    /// A proof from its parts; the path is checked against the checkpoint when the proof is verified.
    pub fn new(index: u64, path: Vec<Hash>, checkpoint: SignedCheckpoint) -> Result<Proof, Error> {
        if path.len() > MAX_HASHES {
            return Err(Error::ProofHashes { limit: MAX_HASHES });
        }
        if index >= checkpoint.checkpoint().size() {
            return Err(Error::BeyondTree {
                wanted: index,
                size: checkpoint.checkpoint().size(),
            });
        }
        Ok(Proof {
            extra: None,
            index,
            path,
            checkpoint,
        })
    }

    /// The same proof with data beside it: what a reader needs to rebuild the entry, and has from nowhere else.
    #[must_use]
    pub fn with_extra(self, extra: &[u8]) -> Proof {
        let extra = (!extra.is_empty()).then(|| extra.to_vec());
        Proof { extra, ..self }
    }

    /// Reads a proof's file; `Display` writes the same bytes again.
    pub fn parse(bytes: &[u8]) -> Result<Proof, Error> {
        if bytes.len() > MAX_PROOF {
            return Err(Error::TooLarge {
                what: "the proof",
                length: bytes.len() as u64,
                limit: MAX_PROOF as u64,
            });
        }
        let mut lines = Lines { rest: bytes, line: 0 };
        if lines.next("the header").ok() != Some(HEADER) {
            return Err(Error::ProofHeader);
        }
        let mut line = lines.next("the index")?;
        let extra = line.strip_prefix("extra ").map(text::base64).transpose()?;
        if let Some(extra) = &extra {
            // Without extra data there is no line for it: an empty one would be a second spelling.
            if extra.is_empty() {
                return Err(lines.wrong("the index"));
            }
            line = lines.next("the index")?;
        }
        let index = text::decimal(line.strip_prefix("index ").ok_or_else(|| lines.wrong("the index"))?)?;
        let path = lines.hashes()?;
        Ok(Proof {
            extra,
            ..Proof::new(index, path, SignedCheckpoint::parse(lines.rest)?)?
        })
    }

    /// Data beside the proof. Nothing vouches for it.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// Where the entry is said to be.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The hashes from the leaf's sibling upward.
    pub fn path(&self) -> &[Hash] {
        &self.path
    }

    /// The checkpoint that the hashes lead to. Nobody is known to have signed it.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// Verifies that a log which the policy believes, cosigned as the policy asks, has this entry; offline, in one step.
    ///
    /// `entry` is rebuilt from what is to be proven (see [`Entry`](crate::Entry)), never taken from beside the proof.
    pub fn verify_entry(&self, entry: &[u8], policy: &Policy) -> Result<Accepted, Error> {
        self.verify_leaf(&Hash::leaf(entry), policy)
    }

    /// The same for an entry of which only the leaf hash is known.
    pub fn verify_leaf(&self, leaf: &Hash, policy: &Policy) -> Result<Accepted, Error> {
        let accepted = policy.check(&self.checkpoint)?;
        let checkpoint = self.checkpoint.checkpoint();
        check_inclusion(leaf, self.index, checkpoint.size(), &self.path, checkpoint.root())?;
        Ok(accepted)
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", text::to_base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// The lines before the checkpoint, taken one by one.
struct Lines<'b> {
    rest: &'b [u8],
    line: usize,
}

impl<'b> Lines<'b> {
    /// The next line, which must end in a newline and be text.
    fn next(&mut self, wanted: &'static str) -> Result<&'b str, Error> {
        self.line += 1;
        let end = self
            .rest
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or_else(|| self.wrong(wanted))?;
        let line = std::str::from_utf8(&self.rest[..end]).map_err(|_| self.wrong(wanted))?;
        self.rest = &self.rest[end + 1..];
        Ok(line)
    }

    /// The hashes and the empty line after them.
    fn hashes(&mut self) -> Result<Vec<Hash>, Error> {
        let mut hashes = Vec::new();
        loop {
            match self.next("a hash or the empty line")? {
                "" => return Ok(hashes),
                _ if hashes.len() == MAX_HASHES => return Err(Error::ProofHashes { limit: MAX_HASHES }),
                line => hashes.push(Hash::parse(line)?),
            }
        }
    }

    fn wrong(&self, wanted: &'static str) -> Error {
        Error::ProofLine {
            line: self.line,
            wanted,
        }
    }
}
