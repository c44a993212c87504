//! A member's FIDO key, played by a key from a seed (PROTOCOL.u2f of OpenSSH), and the agent that gives `ssh` its signatures
//! (draft-ietf-sshm-ssh-agent). Touched or not is what the test says.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;

use p384::ecdsa::signature::Signer as _;
use record::Digest;
use record::sshsig::ssh_key::private::Ed25519Keypair;
use record::sshsig::ssh_key::public::{KeyData, SkEd25519};
use record::sshsig::ssh_key::{Algorithm, HashAlg, LineEnding, PublicKey, Signature, SshSig};

/// The key.
#[derive(Clone)]
pub struct Token {
    private: Ed25519Keypair,
    public: SkEd25519,
}

impl Token {
    pub fn new() -> Self {
        let private = Ed25519Keypair::from_seed(&[9; 32]);
        let public = SkEd25519::new(private.public, APPLICATION);
        Self { private, public }
    }

    /// As a roster has it.
    pub fn line(&self) -> String {
        self.key().to_openssh().expect("a line")
    }

    /// An SSHSIG file, made with a touch.
    pub fn sign(&self, namespace: &str, message: &[u8]) -> String {
        let blob = SshSig::signed_data(namespace, HashAlg::Sha512, message).expect("encodes");
        let (body, touch) = self.signed(&blob, TOUCHED);
        let signature = Signature::new(Algorithm::SkEd25519, [body, touch].concat()).expect("a signature");
        let sshsig = SshSig::new(self.data(), namespace, HashAlg::Sha512, signature).expect("encodes");
        sshsig.to_pem(LineEnding::LF).expect("armour")
    }

    /// Answers at that socket, as long as this process runs; whoever asks gets signatures with these flags.
    pub fn serve(&self, socket: &Path, flags: u8) {
        let listener = UnixListener::bind(socket).expect("a socket");
        let token = self.clone();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                while let Some(asked) = received(&mut stream) {
                    let answer = string(&token.answer(&asked, flags));
                    if stream.write_all(&answer).is_err() {
                        break;
                    }
                }
            }
        });
    }

    fn answer(&self, asked: &[u8], flags: u8) -> Vec<u8> {
        let key = self.key().to_bytes().expect("a key");
        match asked.first() {
            // SSH_AGENTC_REQUEST_IDENTITIES, SSH_AGENT_IDENTITIES_ANSWER.
            Some(11) => [&[12, 0, 0, 0, 1][..], &string(&key), &string(b"played")].concat(),
            // SSH_AGENTC_SIGN_REQUEST, SSH_AGENT_SIGN_RESPONSE.
            Some(13) => {
                let (_, rest) = split(&asked[1..]);
                let (data, _) = split(rest);
                let (body, touch) = self.signed(data, flags);
                let algorithm = Algorithm::SkEd25519;
                let signature = [string(algorithm.as_str().as_bytes()), string(&body), touch].concat();
                [&[14][..], &string(&signature)].concat()
            }
            // SSH_AGENT_FAILURE: nothing else is known.
            _ => vec![5],
        }
    }

    /// The signature, and the flags and counter that it covers.
    fn signed(&self, data: &[u8], flags: u8) -> (Vec<u8>, Vec<u8>) {
        let touch = [&[flags][..], &7_u32.to_be_bytes()].concat();
        let covered = [
            &Digest::of(APPLICATION.as_bytes()).0[..],
            &touch,
            &Digest::of(data).0[..],
        ];
        (self.private.sign(&covered.concat()).as_bytes().to_vec(), touch)
    }

    fn data(&self) -> KeyData {
        self.public.clone().into()
    }

    fn key(&self) -> PublicKey {
        PublicKey::from(self.data())
    }
}

fn received(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut message = vec![0; usize::try_from(u32::from_be_bytes(length)).ok()?];
    stream.read_exact(&mut message).ok()?;
    Some(message)
}

/// RFC 4251 section 5: a string behind its length.
fn string(octets: &[u8]) -> Vec<u8> {
    let length = u32::try_from(octets.len()).expect("short");
    [&length.to_be_bytes()[..], octets].concat()
}

fn split(octets: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = octets.split_at(4);
    let length = u32::from_be_bytes(length.try_into().expect("four octets"));
    rest.split_at(usize::try_from(length).expect("short"))
}

/// What FIDO keys of SSH are made for.
const APPLICATION: &str = "ssh:";
/// User presence.
pub const TOUCHED: u8 = 1;
