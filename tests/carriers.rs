//! Every type of bundle over every carrier: the same octets arrive, under the same digest, and the signature that was made
//! before fits them still.

mod carriers {
    mod codes;
    mod disk;
    mod paper;
    mod sent;
}
