//! Every type of bundle over every carrier: the same octets arrive, under the same digest, and the signature that arrived
//! with them fits them, for `ssh-keygen`.

mod carriers {
    mod codes;
    mod disk;
    mod paper;
    mod refused;
    mod sent;
}
