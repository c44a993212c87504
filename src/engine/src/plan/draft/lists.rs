//! The lists that `#@ for` goes through, and the conditions of `#@ if`.

use std::collections::BTreeSet;

use record::policy::{DelegateRule, Keeper};
use record::{Member, text};

use super::known::Known;
use super::template::Words as _;
use crate::error::Error;

/// What `#@ for ... in` goes through.
pub fn list(known: &Known<'_>, list: &str) -> Result<Vec<String>, Error> {
    match list {
        "delegates in this HSM" => delegates(known, |rule| rule.keeper == Keeper::Hsm),
        "delegates in this HSM that issue" => delegates(known, |rule| rule.keeper == Keeper::Hsm && rule.ca),
        "delegates elsewhere" => delegates(known, |rule| rule.keeper == Keeper::Outside),
        "requests" => requests(known),
        "issuers" => issuers(known),
        "new members" => members(known, |before, after| before.is_none() && after.is_some()),
        "gone members" => members(known, |before, after| before.is_some() && after.is_none()),
        "changed members" => members(known, |before, after| {
            before.is_some() && after.is_some() && before != after
        }),
        "members with other keys in the HSM" => members(known, |before, after| match (before, after) {
            (Some(before), Some(after)) => keys(before) != keys(after),
            _ => false,
        }),
        _ => match list.strip_prefix("documents ending in ") {
            Some(kind) => named(known, &format!(".{kind}")).map(Vec::from_iter),
            None => about_certificates(known, list),
        },
    }
}

/// Whether the condition of `#@ if` holds.
pub fn holds(known: &Known<'_>, condition: &str) -> Result<bool, Error> {
    if let Some(name) = condition.strip_prefix("file ") {
        return Ok(known.call.folder.join(name).exists());
    }
    if let Some(name) = condition.strip_prefix("any ") {
        return Ok(!list(known, name)?.is_empty());
    }
    if let Some(name) = condition.strip_prefix("set ") {
        return Ok(known.set(name).is_some());
    }
    if let Some(name) = condition.strip_suffix(" is in this HSM") {
        return Ok(known.delegate(name)?.keeper == Keeper::Hsm);
    }
    if let Some(name) = condition.strip_suffix(" issues") {
        return Ok(known.delegate(name)?.ca);
    }
    match condition.split_once(" is ") {
        Some((value, wanted)) => Ok(value == wanted),
        None => Err(known.bad(format!("it has the unknown condition '{}'", text::plain(condition, 60)))),
    }
}

fn delegates(known: &Known<'_>, wanted: impl Fn(&DelegateRule) -> bool) -> Result<Vec<String>, Error> {
    let all = known.issuing_policy()?.delegate.iter();
    Ok(all.filter(|rule| wanted(rule)).map(|rule| rule.name.clone()).collect())
}

/// Every `NAME.csr` in the folder, without its ending.
fn requests(known: &Known<'_>) -> Result<Vec<String>, Error> {
    let found = named(known, ".csr")?;
    match found.is_empty() {
        true => Err(super::hints::missing(known.call.folder, "NAME.csr")),
        false => Ok(found.into_iter().collect()),
    }
}

/// Every file in the folder whose name ends so, without its ending.
fn named(known: &Known<'_>, ending: &str) -> Result<BTreeSet<String>, Error> {
    let failed = |cause| Error::File {
        act: "read",
        path: known.call.folder.display().to_string(),
        cause,
    };
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(known.call.folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let stem = name.to_str().and_then(|name| name.strip_suffix(ending));
        found.extend(stem.filter(|stem| text::is_name(stem)).map(str::to_owned));
    }
    Ok(found)
}

/// The keys in this HSM that sign revocation lists, and will when the event is over.
fn issuers(known: &Known<'_>) -> Result<Vec<String>, Error> {
    let policy = known.issuing_policy()?;
    let issues = |key: &str| {
        let name = key.rsplit_once('-').map_or(key, |(name, _)| name);
        name == "root" || policy.delegate(name).is_some_and(|rule| rule.ca)
    };
    let keys = known.standing()?.keys.iter().map(|key| key.key.as_str());
    let over = |key: &str| known.has_ended(key) || known.is_revoked(key);
    Ok(keys
        .filter(|key| issues(key) && !over(key))
        .map(str::to_owned)
        .collect())
}

fn members(known: &Known<'_>, wanted: impl Fn(Option<&Member>, Option<&Member>) -> bool) -> Result<Vec<String>, Error> {
    let (before, after) = known.rosters()?;
    let ids: BTreeSet<&str> = [before, after]
        .iter()
        .flat_map(|roster| &roster.members)
        .map(|member| member.id.as_str())
        .collect();
    let chosen = ids
        .into_iter()
        .filter(|id| wanted(before.member(id).ok(), after.member(id).ok()));
    Ok(chosen.map(str::to_owned).collect())
}

/// The keys that the HSM knows of.
fn keys(member: &Member) -> (&[u8], &[u8]) {
    (&member.approval_key, &member.admin_key)
}

/// `certificates of X`, `issuers of X`, `certificates of X by ISSUER`: X is one stem or several, with commas between.
///
/// A key that is not to be trusted is not to be trusted under any of its certificates, so all of them are meant that are
/// not over: a delegate may have been signed for by two roots.
fn about_certificates(known: &Known<'_>, list: &str) -> Result<Vec<String>, Error> {
    let unknown = || known.bad(format!("it has the unknown list '{}'", text::plain(list, 60)));
    if let Some(named) = list.strip_prefix("issuers of ") {
        let all = with_same_keys(known, named)?;
        let issuers: BTreeSet<&str> = all.iter().filter_map(|stem| known.issuer_of(stem)).collect();
        return Ok(issuers.into_iter().map(str::to_owned).collect());
    }
    let (named, issuer) = list
        .strip_prefix("certificates of ")
        .and_then(|rest| rest.split_once(" by "))
        .ok_or_else(unknown)?;
    let mut all = with_same_keys(known, named)?;
    all.retain(|stem| known.issuer_of(stem) == Some(issuer));
    Ok(all)
}

fn with_same_keys(known: &Known<'_>, named: &str) -> Result<Vec<String>, Error> {
    let mut keys = BTreeSet::new();
    for one in named.split(',') {
        let (stem, certificate) = known.certificate(one.trim())?;
        let refused = |what: &str| Error::Usage {
            what: format!("{stem} {what}"),
            hint: "name a certificate that a key in this HSM signed, and that neither ended nor was revoked".into(),
        };
        match () {
            () if known.is_revoked(&stem) => return Err(refused("is revoked already")),
            () if known.has_ended(&stem) => return Err(refused("ends before the event is over")),
            () if known.issuer_of(&stem).is_none() => return Err(refused("was signed by no key that is in this HSM")),
            () => drop(keys.insert(certificate.tbs().public_key().spki_der().to_vec())),
        }
    }
    let over = |stem: &str| known.is_revoked(stem) || known.has_ended(stem);
    let same = |stem: &&str| {
        let found = known.certificate(stem).ok();
        !over(stem) && found.is_some_and(|(_, one)| keys.contains(one.tbs().public_key().spki_der()))
    };
    Ok(known.stems().filter(same).map(str::to_owned).collect())
}
