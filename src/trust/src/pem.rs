//! PEM blocks, one after the other, in the one spelling that each has (RFC 7468, strict; SSHSIG's lines are longer).

use base64ct::{Base64, Encoding};

use crate::file::FileError;

/// What stands in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Signature,
    Proof,
    Certificate,
    Crl,
}

/// The blocks of a text, which must hold nothing else.
pub(crate) fn parse(text: &[u8]) -> Result<Vec<(Label, Vec<u8>)>, FileError> {
    let text = std::str::from_utf8(text).map_err(|_| FileError::NotText)?;
    let (mut rest, mut blocks) = (text, Vec::new());
    while !rest.is_empty() {
        let number = blocks.len() + 1;
        if number > MAX_BLOCKS {
            return Err(FileError::Blocks { limit: MAX_BLOCKS });
        }
        let spelling = FileError::Spelling { block: number };
        let label = Label::ALL
            .into_iter()
            .find(|label| rest.starts_with(&label.line("BEGIN")));
        let label = label.ok_or(FileError::Label { block: number })?;
        let end = label.line("END");
        let length = rest.find(&end).ok_or(spelling.clone())? + end.len();
        let (block, after) = rest.split_at(length);
        let lines = &block[label.line("BEGIN").len()..length - end.len()];
        let bytes = Base64::decode_vec(&lines.replace('\n', "")).map_err(|_| spelling.clone())?;
        // Decoders differ in what they let pass; what is accepted here is what we would write.
        if encode(label, &bytes) != block {
            return Err(spelling);
        }
        blocks.push((label, bytes));
        rest = after;
    }
    Ok(blocks)
}

/// One block.
pub(crate) fn encode(label: Label, bytes: &[u8]) -> String {
    let base64 = Base64::encode_string(bytes);
    let mut block = label.line("BEGIN");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(label.width()));
        block.push_str(line);
        block.push('\n');
        rest = after;
    }
    block + &label.line("END")
}

impl Label {
    const ALL: [Label; 4] = [Label::Signature, Label::Proof, Label::Certificate, Label::Crl];

    fn line(self, which: &str) -> String {
        format!("-----{which} {}-----\n", self.name())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Signature => "SSH SIGNATURE",
            Self::Proof => "TLOG PROOF",
            Self::Certificate => "CERTIFICATE",
            Self::Crl => "X509 CRL",
        }
    }

    /// Characters of base64 in a line: OpenSSH writes 70, everybody else 64.
    fn width(self) -> usize {
        match self {
            Self::Signature => 70,
            _ => 64,
        }
    }
}

/// A signature, six certificates with a proof each, and lists.
const MAX_BLOCKS: usize = 24;
