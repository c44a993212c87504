//! Octets that nobody meant: refused, and never a panic.

use proptest::prelude::*;

use super::*;
use crate::boot::attest::Attest;
use crate::boot::key::AttestationKey;
use crate::boot::signature::Signature;

proptest! {
    #[test]
    fn any_octets_are_refused(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(check(&octets, &SESSION).is_err());
        prop_assert!(Attest::parse(&octets).is_err());
        prop_assert!(AttestationKey::parse(&octets).is_err());
        let _ = Signature::parse(&octets);
        prop_assert!(Document::parse(&octets, &Digest::of(b"")).is_err());
    }

    #[test]
    fn any_octets_in_the_place_of_a_part_are_refused(
        octets in proptest::collection::vec(any::<u8>(), 0..300),
        part in 0..4usize,
        rsa in any::<bool>(),
    ) {
        let mut parts = Parts::of(if rsa { RSA } else { ECC });
        match part {
            0 => parts.attest = Bytes(octets),
            1 => parts.signature = Bytes(octets),
            2 => parts.key = Bytes(octets),
            _ => parts.pcrs.iter_mut().zip(octets).for_each(|(pcr, octet)| pcr.number = octet.into()),
        }
        let as_it_was = part == 3 && parts.pcrs == Parts::of(if rsa { RSA } else { ECC }).pcrs;
        prop_assert!(as_it_was || parts.check().is_err());
    }

    #[test]
    fn a_part_of_a_document_changed_at_a_place_never_panics(place in 0..2000usize, value in any::<u8>()) {
        let mut document = super::nitro::document();
        let place = place % document.len();
        document[place] = value;
        let _ = Document::parse(&document, &super::nitro::asked());
    }
}
