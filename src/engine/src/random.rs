//! Random octets, from the kernel alone.

use crate::error::Error;

/// `N` octets of the kernel's generator.
pub fn octets<const N: usize>() -> Result<[u8; N], Error> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).map_err(|cause| Error::File {
        act: "read",
        path: "the kernel's random numbers".into(),
        cause: std::io::Error::other(cause.to_string()),
    })?;
    Ok(octets)
}

/// A password of 160 random bits in 32 characters that need no quoting. CloudHSM allows 8 to 32.
pub fn password() -> Result<hsm::Secret, Error> {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let text = octets::<32>()?
        .iter()
        .map(|octet| char::from(ALPHABET[usize::from(octet % 32)]))
        .collect();
    Ok(hsm::Secret::new(text))
}
