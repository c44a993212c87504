//! A bundle of any type, and a plan's bundle with all that it lists.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use record::Digest;
use record::plan::Inbound;

fuzz_target!(|data: &[u8]| check(data));
fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { fuzz::cbor::mutate(data, size, most, seed) });

fn check(data: &[u8]) {
    fuzz::bundles::check(data);
    match Inbound::open(data) {
        Ok(inbound) => assert_eq!(inbound.digest, Digest::of(data)),
        Err(error) => drop((error.to_string(), error.hint())),
    }
}
