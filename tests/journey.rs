//! The public key infrastructure's first fifteen years, lived once by `rehearsal --journey` and judged by what we did not
//! write: openssl, for every chain and every revocation list.

mod journey {
    mod chains;
    mod drills;
    mod events;
    mod liar;
    mod lies;
    mod lists;
    mod read;
    mod rosters;
}
