//! The proof of what booted, in words: proved, quoted only, or unproven.

use record::boot::{OF_THE_IMAGE, Proof, Quoted};
use record::digest::hex;

use super::{Checked, Compared, Shown, Trust};
use crate::show;

impl Checked {
    /// What is shown. `runs` is what the console does or did: `runs`, `ran`.
    #[must_use]
    pub fn page(&self, runs: &str) -> Vec<String> {
        match &self.proof {
            Shown::Unproven {
                quoted_before,
                manifest,
            } => unproven(runs, *quoted_before, *manifest),
            Shown::Quoted {
                quoted,
                trust,
                compared,
                own,
            } => told(quoted, *trust, compared.as_ref(), *own),
        }
    }
}

fn unproven(runs: &str, quoted_before: bool, manifest: bool) -> Vec<String> {
    let said = format!("nothing but the console's own word says what it {runs}");
    let mut lines = show::field("boot unproven", &said);
    if manifest {
        lines.extend(show::note(
            "NOTE: you named a manifest, and it proves nothing here. No quote came, so no register was compared with it: \
             only the digest that the console says of itself.",
        ));
    }
    if quoted_before {
        lines.extend(show::note(
            "NOTE: at an earlier time this console's TPM quoted what had booted, and now it does not. Ask why.",
        ));
    }
    lines
}

fn told(quoted: &Quoted, trust: Trust, compared: Option<&Compared>, own: bool) -> Vec<String> {
    let (word, shows) = verdict(&quoted.proof, trust, compared);
    let mut lines = show::field(word, &shows);
    lines.extend(compared.iter().flat_map(|compared| manifest(compared)));
    lines.extend(show::field("covers", &covers(quoted, own)));
    lines.extend(key(quoted, trust));
    for (number, value) in quoted.registers() {
        lines.push(format!("  PCR {number}:"));
        lines.extend(value.chunks(16).map(row));
    }
    lines
}

/// Proved is what somebody vouches for the key of, and what was compared with a manifest that was checked, in a register that
/// the image is measured into.
fn verdict(proof: &Proof, trust: Trust, compared: Option<&Compared>) -> (&'static str, String) {
    let Some(Compared { registers, vouched }) = compared else {
        let missing = "nobody compared the registers: give the image's manifest with --manifest";
        return (QUOTED, missing.to_owned());
    };
    if registers.is_empty() {
        let missing = "the manifest names no register for such a quote that counts: those from 16 on can be set back \
                       without a boot";
        return (QUOTED, missing.to_owned());
    }
    if !registers.iter().any(|number| OF_THE_IMAGE.contains(number)) {
        return (
            QUOTED,
            format!(
                "{} those of the manifest, but it names neither 4 nor 11, which the image is measured into",
                are(registers)
            ),
        );
    }
    match (proof, trust) {
        _ if vouched.is_none() => (
            QUOTED,
            format!(
                "{} those of a manifest whose signatures were not checked",
                are(registers)
            ),
        ),
        (_, Trust::Named) => ("boot proved", proved(registers)),
        (Proof::Nitro(_), _) => ("boot proved, of the machine that signed", proved(registers)),
        _ => (
            QUOTED,
            format!("{} those of the manifest, as the key below says", are(registers)),
        ),
    }
}

fn manifest(compared: &Compared) -> Vec<String> {
    let said = match &compared.vouched {
        Some(vouched) => format!(
            "signed by {}, as `image` found at {}",
            vouched.by.join(", "),
            vouched.at
        ),
        None => "WHOSE SIGNATURES WERE NOT CHECKED. It is the word of whoever sent it to you: run `image` with it and \
                 --signers, and then this again"
            .to_owned(),
    };
    show::field("the manifest", &said)
}

/// 16 octets in blocks of four, as digests are shown.
fn row(octets: &[u8]) -> String {
    let blocks: Vec<String> = octets.chunks(4).map(hex).collect();
    format!("    {}", blocks.join(" "))
}

fn proved(numbers: &[u32]) -> String {
    let measured = match numbers {
        [_] => "it measures",
        _ => "they measure",
    };
    format!(
        "{} those of the manifest: what {measured} is what booted, if the TPM is honest. What was done to the console \
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

fn key(quoted: &Quoted, trust: Trust) -> Vec<String> {
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
    lines.extend(show::field("who vouches for the key", vouches(&quoted.proof, trust)));
    lines
}

fn vouches(proof: &Proof, trust: Trust) -> &'static str {
    match (proof, trust) {
        (Proof::Tpm2(_), Trust::Named) => "you: it is the one that you named with --attestation-key",
        (Proof::Tpm2(_), Trust::Seen) => {
            "NOBODY. It is the key that you saw the last time. The quote is good, but nobody vouches that this key is in \
             a TPM; name it with --attestation-key once you know it from elsewhere"
        }
        (Proof::Tpm2(_), Trust::New) => {
            "NOBODY, AND YOU NEVER SAW IT. The quote is good, but nobody vouches that this key is in a TPM: a program \
             could have made it. From now on another key is refused. Compare its name with all others, and with what \
             infra wrote down when the console was set up; then name it with --attestation-key"
        }
        (Proof::Nitro(_), Trust::Named) => {
            "AWS, by certificates that lead to its root; and you, that it is this console's: it is the one that you named \
             with --attestation-key"
        }
        (Proof::Nitro(_), Trust::Seen) => {
            "AWS, by certificates that lead to its root. It is the NitroTPM that you saw the last time; that it is this \
             console's nobody says"
        }
        (Proof::Nitro(_), Trust::New) => {
            "AWS, by certificates that lead to its root. YOU NEVER SAW THIS NITROTPM: compare its name with the console's, \
             for what another machine proves looks as good. From now on another one is refused"
        }
    }
}

const QUOTED: &str = "boot quoted, not proved";
