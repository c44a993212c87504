//! `key generate-asymmetric-pair ec`.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::answers::Answer;
use crate::attributes::{Attributes, Birth, Class};
use crate::audit::{Opcode, Place};
use crate::cli::{Curve, EcPair};
use crate::error::Refusal;
use crate::keys::{Key, may_share_with};
use crate::private_keys::LENGTH;
use crate::session::Identity;
use crate::state::Role;
use crate::switches::PKCS11_VIEW;
use crate::words::hex;
use crate::world::World;

/// Makes a pair for the crypto user who is logged in. No approval: the real HSM asks for none.
pub fn ec_pair(world: &mut World<'_>, order: &EcPair) -> Answer {
    let who = world.crypto_user()?;
    if order.curve != Curve::Secp384r1 || order.session {
        return Err(Refusal::invalid("The stand-in makes token keys on secp384r1 only"));
    }
    let shared_with = shared_users(world, &who, &order.share_crypto_users)?;
    let (manage_quorum, use_quorum) = quorum_values(order, 1 + shared_with.len())?;
    world.two_hsms()?;
    if world.cluster.keys.len() + 2 > MOST_KEYS {
        return Err(Refusal::invalid("There is no room for another key"));
    }
    let reference = world.cluster.next_key;
    let hidden = use_quorum > 1 && world.cluster.switches.is(&PKCS11_VIEW, "hidden");
    let label = Some(order.private_label.as_str()).filter(|_| !hidden);
    let pair = Pair {
        point: world.store.make_key(reference + 1, label)?,
    };
    let halves = pair
        .half(Class::PublicKey, order)
        .and_then(|public| Ok((public, pair.half(Class::PrivateKey, order)?)));
    let (mut public, mut private) = match halves {
        Ok(halves) => halves,
        Err(refusal) => {
            world.store.forget_key(reference + 1)?;
            return Err(refusal);
        }
    };
    (public.reference, public.owner) = (reference, who.name.clone());
    (private.reference, private.owner) = (reference + 1, who.name);
    (private.manage_quorum, private.use_quorum, private.shared_with) = (manage_quorum, use_quorum, shared_with);
    let switches = &world.cluster.switches;
    let data = json!({ "public_key": public.whole(switches), "private_key": private.whole(switches) });
    log(world, &public, &private);
    world.cluster.next_key += 2;
    world.cluster.keys.extend([public, private]);
    Ok(data)
}

/// One HSM makes the pair, and the others are given it.
fn log(world: &mut World<'_>, public: &Key, private: &Key) {
    let event = |world: &World<'_>, opcode| {
        let mut event = world.event(opcode);
        (event.private_key, event.public_key) = (Some(private.reference), Some(public.reference));
        event
    };
    let mut made = event(world, Opcode::GenerateKeyPair);
    made.mechanism = Some("CKM_EC_KEY_PAIR_GEN".into());
    let (extracted, inserted) = (event(world, Opcode::ExtractMasked), event(world, Opcode::InsertMasked));
    world.cluster.log(Place::First, made);
    world.cluster.log(Place::First, extracted);
    world.cluster.log(Place::AllButFirst, inserted);
    for user in &private.shared_with {
        world.log_key(Opcode::ShareObject, private.reference, Some((user, Role::CryptoUser)));
    }
}

/// The users named: crypto users, each once, not the owner.
fn shared_users(world: &World<'_>, who: &Identity, names: &[String]) -> Result<Vec<String>, Refusal> {
    let mut users: Vec<String> = Vec::new();
    for name in names {
        let name = name.to_ascii_lowercase();
        if world.cluster.user(&name, Role::CryptoUser).is_none() {
            return Err(Refusal::invalid(format!("There is no crypto user {name}")));
        }
        if name == who.name || users.contains(&name) {
            return Err(Refusal::invalid(format!("The key cannot be shared with {name} again")));
        }
        users.push(name);
    }
    match may_share_with(&world.cluster.switches, users.len()) {
        true => Ok(users),
        false => Err(Refusal::TooManySharedUsers),
    }
}

/// Both or neither, 2 to 8 (clap holds the 8), no more than users who could approve.
fn quorum_values(order: &EcPair, associated: usize) -> Result<(u8, u8), Refusal> {
    let both = (
        order.manage_private_key_quorum_value,
        order.use_private_key_quorum_value,
    );
    match both {
        (None, None) => Ok((0, 0)),
        (Some(manage), Some(usage)) if manage >= 2 && usage >= 2 => {
            match usize::from(manage.max(usage)) <= associated {
                true => Ok((manage, usage)),
                false => Err(Refusal::InvalidQuorumValue),
            }
        }
        _ => Err(Refusal::QuorumValuesTooLow),
    }
}

/// A new key, of which only the public half is seen here.
struct Pair {
    point: Box<[u8]>,
}

impl Pair {
    /// One of the two keys, still without owner and reference.
    fn half(&self, class: Class, order: &EcPair) -> Result<Key, Refusal> {
        let private = class == Class::PrivateKey;
        let birth = Birth {
            class,
            label: if private {
                &order.private_label
            } else {
                &order.public_label
            },
            check_value: hex(&Sha256::digest(&self.point)[..3]),
            length: if private { LENGTH } else { self.point.len() },
            curve: "secp384r1",
            settings: if private {
                &order.private_attributes
            } else {
                &order.public_attributes
            },
        };
        Ok(Key {
            reference: 0,
            class,
            point: hex(&self.point),
            owner: String::new(),
            shared_with: Vec::new(),
            manage_quorum: 0,
            use_quorum: 0,
            attributes: Attributes::at_creation(&birth)?,
        })
    }
}

/// The real limit for asymmetric keys.
const MOST_KEYS: usize = 3333;
