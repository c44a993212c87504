//! What can happen to a key after it was made, and what the HSM says of a signature.

use hsm::{Approved, Error, Hsm, Role, Service, Token};

use crate::common::{Bench, answers, approval, pair, refusal, reply, root};

const KEY: &str = "0x0000000000680006";

fn approved(service: Service) -> Approved {
    let file = answers("key-token.json").replace("key-usage", service.as_str());
    let token = Token::parse(file.as_bytes(), service, Some(KEY)).unwrap();
    Approved::new(token, vec![approval("member_1", Role::CryptoUser)]).unwrap()
}

#[test]
fn the_commands_name_the_key_by_its_reference() {
    let shared = || reply("key-shared.json");
    let mut bench = Bench::new([
        shared(),
        shared(),
        reply("attribute-set.json"),
        reply("key-deleted.json"),
    ]);
    let (key, yes) = (root(), approved(Service::KeyManagement));
    bench.hsm.share_key(&key, "member_1", Some(&yes)).unwrap();
    bench.hsm.unshare_key(&key, "member_1", None).unwrap();
    bench
        .hsm
        .set_attribute(&key, "destroyable", "true", Some(&yes))
        .unwrap();
    bench.hsm.delete_key(&key).unwrap();
    assert_eq!(
        bench.lines(),
        [
            "key share --filter key-reference=0x0000000000680006 --username member_1 --role crypto-user --approval approval.json",
            "key unshare --filter key-reference=0x0000000000680006 --username member_1 --role crypto-user",
            "key set-attribute --filter key-reference=0x0000000000680006 --name destroyable --value true --approval approval.json",
            "key delete --filter key-reference=0x0000000000680006",
        ]
    );
}

#[test]
fn an_approval_of_use_manages_nothing_and_odd_words_are_not_sent() {
    let mut bench = Bench::new([]);
    let (key, usage) = (root(), approved(Service::KeyUsage));
    for error in [
        bench.hsm.share_key(&key, "member_1", Some(&usage)),
        bench.hsm.unshare_key(&key, "member_1", Some(&usage)),
        bench.hsm.set_attribute(&key, "sign", "false", Some(&usage)),
    ] {
        let error = error.unwrap_err().to_string();
        assert!(
            error.ends_with("it is for key-usage of 0x0000000000680006, not key-management"),
            "{error}"
        );
    }
    assert!(matches!(
        bench.hsm.share_key(&key, "Member 1", None),
        Err(Error::BadUserName { .. })
    ));
    assert!(matches!(
        bench.hsm.set_attribute(&key, "label", "a b", None),
        Err(Error::BadArgument { .. })
    ));
}

#[test]
fn a_forbidden_change_and_a_missing_approval_are_told_apart() {
    let mut bench = Bench::new([
        refusal("Attribute extractable cannot be set to the value true by the user for this operation"),
        refusal("Quorum Failed"),
    ]);
    let forbidden = bench
        .hsm
        .set_attribute(&root(), "extractable", "true", None)
        .unwrap_err();
    assert_eq!(forbidden.to_string(), "attribute extractable cannot be set to true");
    assert_eq!(bench.hsm.share_key(&root(), "member_1", None), Err(Error::QuorumFailed));
}

#[test]
fn all_keys_are_listed_page_after_page() {
    let mut bench = Bench::new([reply("key-list-1.json"), reply("key-list-2.json")]);
    let keys = bench.hsm.keys().unwrap();
    let labels: Vec<_> = keys.iter().map(hsm::KeyInfo::label).collect();
    assert_eq!(labels, ["root-1-public", "root-1"]);
}

#[test]
fn the_hsm_judges_a_signature() {
    let unclear = "Key selection criteria matched 2 keys. Refine selection criteria to select a single key.";
    let mut bench = Bench::new([
        reply("verified.json"),
        refusal("Signature verification failed"),
        refusal(unclear),
        refusal("invalid mechanism"),
        refusal("Signatures need a login"),
        refusal("error: unexpected argument '--signature' found: invalid"),
    ]);
    let key = pair().public;
    let mut verify = || bench.hsm.verify_ecdsa(&key, b"abc", &[0; 96]);
    assert_eq!(verify(), Ok(true));
    assert_eq!(verify(), Ok(false));
    assert_eq!(verify(), Err(Error::SeveralKeys { matched: 2 }));
    assert_eq!(
        verify(),
        Err(Error::Unknown {
            text: "invalid mechanism".into()
        })
    );
    assert!(
        matches!(verify(), Err(Error::Unknown { .. })),
        "no judgement is no judgement"
    );
    assert!(
        matches!(verify(), Err(Error::Usage { .. })),
        "what is not understood is not judged"
    );
    assert_eq!(
        bench.lines()[0],
        format!(
            "crypto verify ecdsa --key-filter key-reference=0x0000000000680005 --hash-function sha384 --data YWJj \
             --data-type raw --signature {}",
            "A".repeat(128)
        )
    );
}

#[test]
fn a_file_of_more_than_a_mebibyte_is_not_sent() {
    let error = Bench::new([])
        .hsm
        .sign_ecdsa(&root(), &vec![0; (1 << 20) + 1], None)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file data.bin has 1048577 bytes and may have 1048576"
    );
    assert!(!error.outcome_unknown());
}
