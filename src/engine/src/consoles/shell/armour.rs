//! Bundles as text, for a terminal that has nothing else: base64 between two lines, with the digest to compare.

use base64ct::{Base64, Encoding as _};
use record::{Digest, bundle, words};

/// A file as lines that can be copied from a terminal.
pub fn lines(name: &str, bytes: &[u8]) -> Vec<String> {
    // A signature is text already.
    if let Some(text) = is_signature(bytes) {
        return text.lines().map(str::to_owned).collect();
    }
    let digest = Digest::of(bytes);
    let (words, kind) = (words::to_words(&digest.0), bundle::peek(bytes).map(|(kind, ..)| kind));
    let mut lines = vec![
        BEGIN.to_owned(),
        format!("Name: {name}"),
        format!("Type: {}", kind.as_deref().unwrap_or("unknown")),
        format!("SHA-256: {}", digest.hex()),
        format!("Words: {} ... {}", words[0], words[words.len() - 1]),
        String::new(),
    ];
    let text = Base64::encode_string(bytes);
    lines.extend(
        text.as_bytes()
            .chunks(COLUMNS)
            .map(|row| String::from_utf8_lossy(row).into_owned()),
    );
    lines.push(END.to_owned());
    lines
}

/// The octets between the two lines. What stands above an empty line names them; a digest that is named must be theirs.
pub fn read(lines: &[String]) -> Result<Vec<u8>, String> {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    let (named, text): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.contains(": "));
    let bytes = Base64::decode_vec(&text.concat()).map_err(|_| "what stands between the two lines is not base64")?;
    let claimed = named.iter().find_map(|line| line.strip_prefix("SHA-256: "));
    match claimed.is_none_or(|hex| hex == Digest::of(&bytes).hex()) {
        true => Ok(bytes),
        false => Err("the octets are not those of the digest above them: copy all of it again".into()),
    }
}

/// A file and the signature behind it: the last one there is, since a bundle may hold others.
pub fn split(input: &[u8]) -> Option<(&[u8], String)> {
    let begin = SIGNATURE.as_bytes();
    let at = input.windows(begin.len()).rposition(|window| window == begin)?;
    let signature = std::str::from_utf8(&input[at..]).ok()?;
    Some((&input[..at], signature.to_owned()))
}

fn is_signature(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.starts_with(SIGNATURE).then_some(text)
}

/// Before a bundle as text.
pub const BEGIN: &str = "-----BEGIN PKI-BASTION BUNDLE-----";
/// After it.
pub const END: &str = "-----END PKI-BASTION BUNDLE-----";
/// Before an SSHSIG signature (OpenSSH, PROTOCOL.sshsig).
pub const SIGNATURE: &str = "-----BEGIN SSH SIGNATURE-----";
/// After it.
pub const SIGNATURE_END: &str = "-----END SSH SIGNATURE-----";
const COLUMNS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_back() {
        for size in [1, 47, 48, 49, 5000] {
            let bytes: Vec<u8> = (0..=255).cycle().take(size).collect();
            let shown = lines("opening.cbor", &bytes);
            assert!(shown.iter().all(|line| line.len() <= 80), "{shown:?}");
            assert_eq!((shown[0].as_str(), shown[1].as_str()), (BEGIN, "Name: opening.cbor"));
            let between = &shown[1..shown.len() - 1];
            assert_eq!(read(between).as_deref(), Ok(&bytes[..]));
            let mut torn = between.to_vec();
            let last = torn.len() - 1;
            torn[last] = "AAAA".into();
            assert!(read(&torn).is_err(), "{size}");
        }
        assert_eq!(
            read(&["AQID".into()]).as_deref(),
            Ok(&[1, 2, 3][..]),
            "base64 alone will do"
        );
        assert!(read(&["%".into()]).is_err());
    }

    #[test]
    fn the_last_signature_is_the_files() {
        let file = [b"\x01with ".as_slice(), SIGNATURE.as_bytes(), b" inside"].concat();
        let whole = [&file[..], SIGNATURE.as_bytes(), b"\nx\n"].concat();
        let (bundle, signature) = split(&whole).expect("both");
        assert_eq!(
            (bundle, signature.as_str()),
            (&file[..], "-----BEGIN SSH SIGNATURE-----\nx\n")
        );
        assert!(split(b"a bundle alone").is_none());
        assert!(split(&[SIGNATURE.as_bytes(), b"\xff"].concat()).is_none());
    }
}
