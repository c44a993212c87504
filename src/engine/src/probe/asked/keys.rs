//! Keys: their attributes, who shares them, and whether they sign.

use base64ct::{Base64, Encoding as _};
use p384::ecdsa::signature::hazmat::PrehashVerifier as _;
use p384::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha384};

use crate::probe::admin::is_about_approvals;
use crate::probe::keys::{Key, MESSAGE, sign_line};
use crate::probe::people::{OWNER, SECOND, named};
use crate::probe::said::{Heard, Line};
use crate::probe::trouble::{Stop, Trouble};
use crate::probe::{Probe, Verdict};

/// Signs with a key that has no quorum.
pub fn ecdsa_sign(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.create(&[OWNER])?;
    let mut session = probe.login(OWNER)?;
    let key = probe.make_key(&mut session, "probe_signs", false, &[])?;
    let heard = probe.see(&mut session, &sign_line(&key, "raw"))?;
    session.quit();
    Ok(match (heard.yes(), heard.no()) {
        (Some(_), _) if verifies(&key, &heard, &Sha384::digest(MESSAGE))? => Verdict::Is("works"),
        (Some(_), _) => Verdict::Unanswered("it signs, but the signature does not verify".into()),
        (_, Some(words)) if words.to_ascii_lowercase().contains("mechanism") => Verdict::Is("invalid-mechanism"),
        _ => Verdict::Unanswered(format!("neither of both: {}", heard.outcome())),
    })
}

/// Signs 48 octets without --data-type, and checks the signature both ways.
pub fn data_type_default(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.create(&[OWNER])?;
    let mut session = probe.login(OWNER)?;
    let key = probe.make_key(&mut session, "probe_default", false, &[])?;
    let heard = probe.see(&mut session, &sign_line(&key, ""))?;
    session.quit();
    if heard.yes().is_none() {
        return Err(Trouble::refused(&heard).into());
    }
    Ok(if verifies(&key, &heard, &Sha384::digest(MESSAGE))? {
        probe
            .evidence
            .push("the signature verifies over the SHA-384 of the data".into());
        Verdict::Is("raw")
    } else if verifies(&key, &heard, &MESSAGE)? {
        probe
            .evidence
            .push("the signature verifies over the data taken for a digest".into());
        Verdict::Is("digest")
    } else {
        Verdict::Unanswered("the signature verifies neither way".into())
    })
}

pub fn ec_point(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let key = plain_key(probe, "probe_point")?;
    let point = octets(&key, "ec-point");
    probe.evidence.push(format!(
        "ec-point of a P-384 key has {} octets: {}",
        point.len(),
        hex(&point)
    ));
    Ok(match point.as_slice() {
        [4, rest @ ..] if rest.len() == 96 => Verdict::Is("bare"),
        [4, 97, 4, rest @ ..] if rest.len() == 96 => Verdict::Is("der"),
        _ => Verdict::Unanswered("it is neither a point nor an octet string around one".into()),
    })
}

pub fn empty_id(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let key = plain_key(probe, "probe_id")?;
    let id = key.made["private_key"]["attributes"]["id"].clone();
    probe.evidence.push(format!("id of a key made without one: {id}"));
    Ok(match id.as_str() {
        Some("0x") => Verdict::Is("prefix"),
        Some("") => Verdict::Is("nothing"),
        _ => Verdict::Unanswered(format!("it is {id}")),
    })
}

/// Deletes a key that was made with destroyable=false; then one that was not, so that the refusal means something.
pub fn destroyable_false(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.create(&[OWNER])?;
    let mut session = probe.login(OWNER)?;
    let heard = probe.try_key(&mut session, "probe_lasting", false, &[], " destroyable=false")?;
    let key = probe.key_of(&heard)?;
    let delete = |key: &Key| Line::new(format!("key delete --filter key-reference={}", key.reference));
    let kept = probe.see(&mut session, &delete(&key).remark("made with destroyable=false"))?;
    let other = probe.make_key(&mut session, "probe_passing", false, &[])?;
    let gone = probe.see(&mut session, &delete(&other).remark("made without"))?;
    session.quit();
    Ok(match (kept.yes(), kept.no(), gone.yes()) {
        (Some(_), _, _) => Verdict::Is("ignored"),
        (None, Some(_), Some(_)) => Verdict::Is("blocks-delete"),
        _ => Verdict::Unanswered("no key can be deleted".into()),
    })
}

/// Shares a key with eight users, which must work, and with nine.
pub fn max_shared_users(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.create(&[OWNER])?;
    let names: Vec<String> = (1..=9).map(|n| format!("probe_share_{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    probe.create(&names)?;
    let mut session = probe.login(OWNER)?;
    let mut made = Vec::new();
    for count in [8, 9] {
        let heard = probe.try_key(
            &mut session,
            &format!("probe_shared_{count}"),
            false,
            &names[..count],
            "",
        )?;
        let text = match heard.yes() {
            Some(_) => "error_code 0".into(),
            None => heard.outcome(),
        };
        probe
            .evidence
            .push(format!("a key shared with {count} users when made -> {text}"));
        made.push(heard);
    }
    session.quit();
    Ok(match (made[0].yes(), made[1].yes(), made[1].no()) {
        (Some(_), Some(_), _) => Verdict::Is("none"),
        (Some(_), None, Some(_)) => Verdict::Is("eight"),
        _ => Verdict::Unanswered("a key cannot be shared with eight users".into()),
    })
}

/// Takes a key with quorum 2 from the only other user, with the quorum's approval.
pub fn unshare_below_quorum(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.register(&[OWNER, SECOND])?;
    let mut session = probe.login(OWNER)?;
    let key = probe.make_key(&mut session, "probe_alone", true, &[SECOND])?;
    probe.find_approval_form(&mut session, &key)?;
    let token = probe.mint(&mut session, "key-management", Some(&key))?;
    probe.put_approval(&token, &[OWNER, SECOND], probe.approvals_name_role)?;
    let line = format!(
        "key unshare --filter key-reference={} {} --approval approval.json",
        key.reference,
        named(SECOND)
    );
    let remark = "quorum 2, owned by one user and shared with one; approved by both";
    let heard = probe.see(&mut session, &Line::new(line).remark(remark))?;
    session.quit();
    Ok(match (heard.yes(), heard.no()) {
        (Some(_), _) => Verdict::Is("allowed"),
        (_, Some(words)) if !is_about_approvals(&words) => Verdict::Is("refused"),
        _ => Verdict::Unanswered(format!("it is refused for another reason: {}", heard.outcome())),
    })
}

fn plain_key(probe: &mut Probe<'_>, label: &str) -> Result<Key, Stop> {
    probe.create(&[OWNER])?;
    let mut session = probe.login(OWNER)?;
    let key = probe.make_key(&mut session, label, false, &[])?;
    session.quit();
    Ok(key)
}

/// Does the answer's signature verify under the key over this digest?
fn verifies(key: &Key, heard: &Heard, digest: &[u8]) -> Result<bool, Stop> {
    let point = octets(key, "ec-point");
    let point = match point.as_slice() {
        [4, 97, rest @ ..] if rest.len() == 97 => rest,
        bare => bare,
    };
    let public = VerifyingKey::from_sec1_bytes(point).map_err(|_| Trouble::lacks("point of P-384", heard))?;
    let signature = heard.yes().and_then(|data| data["signature"].as_str());
    let signature = signature.and_then(|text| Base64::decode_vec(text).ok());
    let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
    let signature = signature.ok_or_else(|| Trouble::lacks("signature of 96 octets", heard))?;
    Ok(public.verify_prehash(digest, &signature).is_ok())
}

/// An attribute of the public key that is written in hexadecimal.
fn octets(key: &Key, attribute: &str) -> Vec<u8> {
    let text = key.made["public_key"]["attributes"][attribute]
        .as_str()
        .unwrap_or_default();
    let digits = text.strip_prefix("0x").unwrap_or_default();
    let octet = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    digits
        .as_bytes()
        .chunks(2)
        .map(octet)
        .collect::<Option<Vec<u8>>>()
        .unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
