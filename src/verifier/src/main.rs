//! `ceremony-verify`: checks a public store, or one certificate, without trusting us.

fn main() {}
