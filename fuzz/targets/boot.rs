//! A quote of what booted, by a TPM or a NitroTPM, with the session that it is for before it.
#![no_main]

use fuzz::change::one_bit;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use record::boot::{Evidence, Proof, Quoted, check};
use record::cbor;

fuzz_target!(|data: &[u8]| judge(data));
fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    fuzz::cbor::mutate_after(SESSION, data, size, most, seed)
});

fn judge(data: &[u8]) {
    let Some((session, quote)) = data.split_at_checked(SESSION) else {
        return;
    };
    let quoted = match check(quote, session) {
        Ok(quoted) => quoted,
        Err(error) => {
            let _ = (error.to_string(), error.hint());
            return;
        }
    };
    let evidence: Evidence = cbor::decode(quote).expect("it was read");
    assert!(
        cbor::encode(&evidence).expect("it encodes") == quote,
        "one encoding for each value"
    );
    for nonce in &quoted.nonces {
        assert!(quoted.covers(&nonce.member, std::slice::from_ref(&nonce.nonce)).is_ok());
        assert!(quoted.covers(&nonce.member, &[]).is_err());
    }
    assert!(check(quote, &one_bit(session)).is_err(), "it is for this session alone");
    // A NitroTPM's signature is checked after its certificates, elsewhere.
    if let Proof::Tpm2(tpm) = quoted.proof
        && let Ok(Quoted { proof, .. }) = check(&one_bit(quote), session)
    {
        // What a key may be used for is not signed with it; it is in the name by which people know the key.
        let Proof::Tpm2(other) = proof else { panic!("a TPM's") };
        assert_ne!(other.key, tpm.key, "the signature covers every other bit");
    }
}

/// Octets of a session.
const SESSION: usize = 16;
