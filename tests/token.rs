//! A founding event on a PKCS#11 token: the same path, a quorum that the console keeps, and a record that says so.

#[path = "token/fixture.rs"]
mod fixture;
#[path = "token/holding.rs"]
mod holding;
#[path = "token/reading.rs"]
mod reading;
#[path = "token/refusing.rs"]
mod refusing;
#[path = "token/second.rs"]
mod second;
#[path = "softhsm.rs"]
mod softhsm;
