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

/// A password that people will type, without seeing what they type: 125 random bits in five groups of five letters and
/// digits, of which none looks like another. CloudHSM allows 8 to 32 characters.
pub fn typed_password() -> Result<hsm::Secret, Error> {
    let letters = password()?;
    let groups: Vec<&str> = (0..5).map(|n| &letters.reveal()[5 * n..5 * n + 5]).collect();
    Ok(hsm::Secret::new(groups.join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_people_type_is_one_that_the_hsm_takes_in_every_way() {
        let [one, other] = [(); 2].map(|()| typed_password().expect("drawn"));
        assert_ne!(one.reveal(), other.reveal());
        for secret in [one, other] {
            assert_eq!(secret.reveal().len(), 29);
            secret.check_in_line().expect("no quoting");
            let names = ["root_owner", "admin_member_1"];
            secret.check_for_user(hsm::Habits::default(), names).expect("usable");
        }
    }
}
