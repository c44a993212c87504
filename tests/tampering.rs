//! A store in which one thing was changed: `ceremony-verify store` says so, names the file and the rule, and exits 1.

mod tampering {
    pub mod copy;
    mod every_file;
    mod log;
    mod named;
    mod outside;
    mod reading;
}
