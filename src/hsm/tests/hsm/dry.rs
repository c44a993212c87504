//! A dry run: a whole event is walked, every command is shown as it would be typed, no secret is, and no signature counts.

use std::{cell::RefCell, rc::Rc};

use hsm::{
    Algorithm, Approval, Approved, CloudHsm, DryCluster, DryHsm, Habits, Hsm, KeyQuorum, KeySpec, MtlsEnforcement,
    PasswordChange, Passwords, QuorumService, QuorumValues, Role, Secret, Service, Unobserved, check_root_key,
};

use crate::common::members;

fn password() -> Secret {
    Secret::new("Correct-Horse-9".into())
}

fn dry() -> (DryHsm, Rc<RefCell<Vec<String>>>) {
    let shown = Rc::new(RefCell::new(Vec::new()));
    let list = shown.clone();
    (DryHsm::new(move |line| list.borrow_mut().push(line.to_owned())), shown)
}

const FIVE: KeyQuorum = KeyQuorum { manage: 5, use_: 5 };

fn spec(label: &str) -> KeySpec {
    KeySpec {
        algorithm: Algorithm::P384,
        label: label.into(),
        public_label: format!("{label}-public"),
        id: Some(vec![1, 2]),
        shared_with: members(),
        quorum: Some(FIVE),
    }
}

fn approved(hsm: &mut DryHsm, service: Service, key: Option<&hsm::KeyInfo>) -> Approved {
    let token = hsm.mint(service, key).unwrap();
    let approval = |user: String| Approval {
        user,
        role: Role::CryptoUser,
        signature: vec![7; 256],
    };
    Approved::new(token, members().into_iter().take(5).map(approval).collect()).unwrap()
}

#[test]
fn a_cluster_is_set_up_and_a_key_made_and_used_without_a_cluster() {
    let (mut hsm, shown) = dry();
    let start = hsm.nodes().unwrap();
    hsm.activate(&password()).unwrap();
    hsm.login("admin", Role::Admin, &password()).unwrap();
    for member in members() {
        hsm.create_user(&member, Role::CryptoUser, &password(), None).unwrap();
    }
    hsm.create_user("key_owner", Role::CryptoUser, &password(), None)
        .unwrap();
    let mfa = hsm
        .begin_change_mfa("key_owner", Role::CryptoUser, Some(&password()), None)
        .unwrap();
    assert_eq!(mfa.entries().len(), 2);
    hsm.finish_change_mfa(&mfa, "a key", &[vec![1; 256], vec![2; 256]])
        .unwrap();
    hsm.remove_mfa("key_owner", Role::CryptoUser, None, None).unwrap();
    hsm.set_quorum_value(QuorumService::User, 5, None).unwrap();
    assert_eq!(hsm.quorum_values().unwrap().user, 5);
    hsm.set_mtls_enforcement(MtlsEnforcement::None, None).unwrap();
    hsm.logout().unwrap();
    hsm.login("member_1", Role::CryptoUser, &password()).unwrap();
    let token = hsm.registration_token().unwrap();
    hsm.register_approval_key("a key", &token, &[vec![3; 256]]).unwrap();
    hsm.logout().unwrap();
    let users = hsm.users().unwrap();
    assert_eq!(users.len(), 10);
    assert!(users[0].quorum_registered && !users[1].quorum_registered && !users[9].mfa);

    hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    assert_eq!(hsm.find_key("root-1").unwrap(), None);
    let (one, two) = (
        hsm.generate_key_pair(&spec("root-1")).unwrap(),
        hsm.generate_key_pair(&spec("root-2")).unwrap(),
    );
    assert_eq!(check_root_key(&one.private, "key_owner", &members(), FIVE), []);
    assert_eq!(one.private.reference, "0x0000000000000000");
    assert_eq!(hsm.find_key("root-2").unwrap().as_ref(), Some(&two.private));
    assert_eq!(hsm.keys().unwrap().len(), 4);
    let keys = (
        hsm.public_key_spki(&one.public).unwrap(),
        hsm.public_key_spki(&two.public).unwrap(),
    );
    assert!(keys.0.len() == 120 && keys.0 != keys.1);
    let use_ = approved(&mut hsm, Service::KeyUsage, Some(&one.private));
    assert_eq!(hsm.sign_ecdsa(&one.private, b"abc", Some(&use_)).unwrap(), [0; 96]);
    let manage = approved(&mut hsm, Service::KeyManagement, Some(&one.private));
    hsm.unshare_key(&one.private, "member_9", Some(&manage)).unwrap();
    hsm::same_cluster(&start, &hsm.nodes().unwrap(), hsm.least_nodes()).unwrap();

    let shown = shown.borrow();
    assert!(!shown.concat().contains("Correct"), "{shown:?}");
    assert_eq!(shown[0], "cluster hsm-info");
    assert_eq!(shown[1], "cluster activate [secret] [secret]");
    assert_eq!(shown[2], "login --username admin --role admin [secret]");
    let waits = shown.iter().position(|line| line.contains(" then ")).unwrap();
    assert!(shown[waits].starts_with(&*shown[waits - 1]), "{}", shown[waits]);
    assert!(
        shown[waits].contains(" then mfa-signed.json approval-key.pem [mfa-signed.json is sha256:"),
        "{}",
        shown[waits]
    );
}

#[test]
fn a_password_that_goes_in_the_line_is_blanked_there() {
    let shown = Rc::new(RefCell::new(Vec::new()));
    let list = shown.clone();
    let mut hsm = DryHsm::new(move |line| list.borrow_mut().push(line.to_owned())).with_habits(Habits {
        passwords: Passwords::Line,
        ..Habits::default()
    });
    hsm.login("admin", Role::Admin, &password()).unwrap();
    let also = PasswordChange {
        deregister_mfa: true,
        deregister_quorum: true,
    };
    hsm.change_password("member_1", Role::CryptoUser, &password(), also, None)
        .unwrap();
    hsm.begin_change_mfa("member_1", Role::CryptoUser, Some(&password()), None)
        .unwrap();
    hsm.logout().unwrap();
    hsm.remove_mfa("member_1", Role::CryptoUser, Some(&password()), None)
        .unwrap();
    assert_eq!(
        *shown.borrow(),
        [
            "login --username admin --role admin --password [secret]",
            "user change-password --username member_1 --role crypto-user --deregister-mfa --deregister-quorum --password [secret]",
            "user change-mfa token-sign --username member_1 --role crypto-user --token mfa-token.json --change-password [secret]",
            "user change-mfa token-sign --username member_1 --role crypto-user --deregister --change-password [secret]",
        ]
    );
}

#[test]
fn what_a_real_cluster_would_be_refused_is_refused_in_a_dry_run_too() {
    let (mut hsm, shown) = dry();
    let error = hsm.login("Key Owner", Role::CryptoUser, &password()).unwrap_err();
    assert_eq!(error.to_string(), "\"Key Owner\" is no user name");
    let error = hsm.mint(Service::KeyUsage, None).unwrap_err();
    assert!(error.to_string().contains("no key was given"), "{error}");
    assert!(shown.borrow().is_empty());
}

#[test]
fn sessions_share_a_cluster_and_a_copy_goes_its_own_way() {
    let values = QuorumValues {
        user: 1,
        quorum: 1,
        cluster: Some(1),
    };
    let cluster = Rc::new(RefCell::new(
        DryCluster::new(Vec::new(), values).with_references_from(0x100),
    ));
    let open = || CloudHsm::new(DryCluster::session(&cluster), Unobserved);
    let (mut one, mut other) = (open(), open());
    one.create_user("root_owner", Role::CryptoUser, &password(), None)
        .unwrap();
    one.login("root_owner", Role::CryptoUser, &password()).unwrap();
    other
        .create_user("member_1", Role::CryptoUser, &password(), None)
        .unwrap();
    let copy = cluster.borrow().clone();
    one.generate_key_pair(&spec("root-1")).unwrap();
    let key = other.find_key("root-1").unwrap().expect("both sessions see it");
    assert_eq!(key.reference, "0x0000000000000100");
    assert_eq!(key.owners()[0].username, "root_owner");
    let shared = |hsm: &mut CloudHsm| -> Vec<String> {
        let key = hsm.find_key("root-1").unwrap().expect("it is there");
        key.shared_users().iter().map(|user| user.username.clone()).collect()
    };
    one.unshare_key(&key, "member_1", None).unwrap();
    assert!(!shared(&mut other).contains(&"member_1".to_owned()));
    one.share_key(&key, "member_1", None).unwrap();
    assert_eq!(shared(&mut other).len(), members().len());
    let copy = Rc::new(RefCell::new(copy));
    let mut copied = CloudHsm::new(DryCluster::session(&copy), Unobserved);
    assert_eq!(copied.users().unwrap().len(), 2);
    assert!(copied.find_key("root-1").unwrap().is_none());
}
