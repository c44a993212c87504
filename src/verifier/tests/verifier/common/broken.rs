//! Which rules an event breaks, as it was left or with something changed.

use record::record::Record;
use record::{Body, Bundle, Signed};
use verifier::check_event;

use super::event::Left;
use super::{EVENT, Members, NOW};

/// The rules that an event breaks.
pub fn broken(left: &Left) -> Vec<&'static str> {
    match check_event(&left.files(), true, NOW) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.into_iter().map(|finding| finding.rule).collect(),
    }
}

/// The rules that an event breaks when its record says something else, and everybody signs that.
pub fn with(change: impl FnOnce(&mut Record)) -> Vec<&'static str> {
    broken(&EVENT.left(change))
}

/// A member's message, changed and signed again.
pub fn again<B: Body>(signed: &mut Signed, change: impl FnOnce(&mut B)) {
    let mut body = Bundle::<B>::decode(&signed.bundle).expect("a bundle").body;
    change(&mut body);
    let n: usize = signed.member["member-".len()..].parse().expect("a number");
    *signed = Members::signed(n - 1, body);
}
