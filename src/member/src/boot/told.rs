//! The proof of what booted, in words: proved, quoted only, or unproven.

use record::boot::{Proof, Quoted};
use record::digest::hex;

use super::{Checked, Shown, Trust};
use crate::show;

impl Checked {
    /// What is shown. `runs` is what the console does or did: `runs`, `ran`.
    #[must_use]
    pub fn page(&self, runs: &str) -> Vec<String> {
        match &self.proof {
            Shown::Unproven { quoted_before } => {
                let said = format!("nothing but the console's own word says what it {runs}");
                let mut lines = show::field("boot unproven", &said);
                if *quoted_before {
                    lines.extend(show::note(
                        "NOTE: at an earlier time this console's TPM quoted what had booted, and now it does not. Ask why.",
                    ));
                }
                lines
            }
            Shown::Quoted {
                quoted,
                trust,
                compared,
                own,
            } => told(quoted, trust, compared.as_deref(), *own),
        }
    }
}

/// Proved is what somebody vouches for the key of, and what was compared.
fn told(quoted: &Quoted, trust: &Trust, compared: Option<&[u32]>, own: bool) -> Vec<String> {
    let (word, shows) = match compared {
        Some(numbers @ [_, ..]) if matches!(trust, Trust::Named) => ("boot proved", proved(numbers)),
        Some(numbers @ [_, ..]) if matches!(trust, Trust::Aws) => {
            ("boot proved, of the machine that signed", proved(numbers))
        }
        Some(numbers @ [_, ..]) => (
            "boot quoted, not proved",
            format!("{} those of the manifest, as the key below says", are(numbers)),
        ),
        Some([]) => (
            "boot quoted, not proved",
            "the manifest names no register for such a quote, so nothing was compared".to_owned(),
        ),
        None => (
            "boot quoted, not proved",
            "nobody compared the registers: give the image's manifest with --manifest".to_owned(),
        ),
    };
    let mut lines = show::field(word, &shows);
    lines.extend(show::field("covers", &covers(quoted, own)));
    lines.extend(key(quoted, trust));
    for (number, value) in quoted.registers() {
        lines.push(format!("  PCR {number}:"));
        lines.extend(value.chunks(16).map(row));
    }
    lines
}

/// 16 octets in blocks of four, as digests are shown.
fn row(octets: &[u8]) -> String {
    let blocks: Vec<String> = octets.chunks(4).map(hex).collect();
    format!("    {}", blocks.join(" "))
}

fn proved(numbers: &[u32]) -> String {
    format!(
        "{} those of the manifest: what they measure is what booted, if the TPM is honest. What was done to the console \
         since, no register says.",
        are(numbers)
    )
}

fn are(numbers: &[u32]) -> String {
    let named: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    match numbers {
        [one] => format!("the register {one} is among"),
        _ => format!("the registers {} are", named.join(", ")),
    }
}

fn covers(quoted: &Quoted, own: bool) -> String {
    let members: Vec<&str> = quoted.nonces.iter().map(|nonce| nonce.member.as_str()).collect();
    let yours = match own {
        true => "your own nonce among them: it was made after you said to be present",
        false => "not yours, for you were not there",
    };
    format!("the nonces of {}; {yours}", members.join(", "))
}

fn key(quoted: &Quoted, trust: &Trust) -> Vec<String> {
    let mut lines = match &quoted.proof {
        Proof::Tpm2(tpm) => {
            let mut lines = show::digest(&format!("signed by the key ({}), its name", tpm.algorithm), &tpm.key);
            lines.extend(show::field(
                "resets of the TPM so far, one each boot",
                &tpm.clock.resets.to_string(),
            ));
            lines
        }
        Proof::Nitro(document) => show::field(
            "signed by",
            &format!("the NitroTPM {}, at {} by AWS's clock", document.module, document.at),
        ),
    };
    lines.extend(show::field("who vouches for the key", vouches(trust)));
    lines
}

fn vouches(trust: &Trust) -> &'static str {
    match trust {
        Trust::Named => "you: it is the one that you named with --attestation-key",
        Trust::Aws => {
            "AWS, by certificates that lead to its root. Compare the NitroTPM's name with the console's: what another \
             machine proves looks as good"
        }
        Trust::Seen => {
            "NOBODY. It is the key that you saw the last time. The quote is good, but nobody vouches that this key is in \
             a TPM; name it with --attestation-key once you know it from elsewhere"
        }
        Trust::New => {
            "NOBODY, AND YOU NEVER SAW IT. The quote is good, but nobody vouches that this key is in a TPM: a program \
             could have made it. From now on another key is refused. Compare its name with all others, and with what \
             infra wrote down when the console was set up; then name it with --attestation-key"
        }
    }
}
