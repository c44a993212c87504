//! The founding event, held once by `rehearsal` and judged by what we did not write: openssl, ssh-keygen, pkilint and
//! rustls-webpki.

mod founding {
    mod certificates;
    mod first;
    mod leaf;
    mod lint;
    mod lists;
    mod marks;
    mod other;
    mod screen;
    mod secrets;
    mod signatures;
    mod store;
    mod webpki;
}
