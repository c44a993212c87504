//! ECDSA signatures in their two forms: r||s as an HSM gives them, DER as X.509 wants them.

use crate::{Algorithm, Error};
use p384::ecdsa::Signature;

/// The 96 bytes r||s of a P-384 signature as an ECDSA-Sig-Value (RFC 3279 section 2.2.3).
pub fn ecdsa_der_from_raw(rs: &[u8]) -> Result<Vec<u8>, Error> {
    let signature = Signature::from_slice(rs).map_err(|_| malformed())?;
    Ok(signature.to_der().as_bytes().to_vec())
}

/// The 96 bytes r||s of an ECDSA-Sig-Value, which must be canonical.
pub fn ecdsa_raw_from_der(der: &[u8]) -> Result<[u8; 96], Error> {
    Ok(parse(der)?.to_bytes().into())
}

pub(crate) fn parse(der: &[u8]) -> Result<Signature, Error> {
    let signature = Signature::from_der(der).map_err(|_| malformed())?;
    if signature.to_der().as_bytes() == der {
        Ok(signature)
    } else {
        Err(malformed())
    }
}

fn malformed() -> Error {
    Error::MalformedSignature {
        algorithm: Algorithm::P384,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_carry_the_same_numbers() {
        let mut rs = [0u8; 96];
        (rs[0], rs[47], rs[95]) = (0x80, 7, 1);
        let der = ecdsa_der_from_raw(&rs).unwrap();
        assert_eq!(der[..5], [0x30, 0x36, 0x02, 0x31, 0x00]);
        assert_eq!(ecdsa_raw_from_der(&der).unwrap(), rs);
    }

    #[test]
    fn refuses_zero_and_the_wrong_length() {
        let text = "the signature is not in the form of P-384";
        assert_eq!(ecdsa_der_from_raw(&[0; 96]).unwrap_err().to_string(), text);
        assert_eq!(ecdsa_der_from_raw(&[1; 95]).unwrap_err().to_string(), text);
        assert_eq!(
            ecdsa_raw_from_der(&[0x30, 6, 2, 1, 0, 2, 1, 0])
                .unwrap_err()
                .to_string(),
            text
        );
        assert_eq!(
            ecdsa_raw_from_der(&[0x30, 8, 2, 2, 0, 1, 2, 2, 0, 1])
                .unwrap_err()
                .to_string(),
            text
        );
    }
}
