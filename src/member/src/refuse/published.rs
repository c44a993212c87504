//! A refusal as one page of plain text, for a mail or a forum: what it says, and how anybody checks it with `sh`, `base64`
//! and `ssh-keygen` alone. No line is longer than a mail's.

use base64ct::{Base64, Encoding as _};
use record::Digest;
use record::messages::Refusal;
use record::sshsig::{SshKey, allowed_signers_line, namespace};

use crate::error::Error;
use crate::home::MemberFile;
use crate::show;

/// The page. Its commands make three files in the folder where they are run, and check one with the others.
///
/// # Errors
/// A key line that is none.
pub fn text(refusal: &Refusal, member: &MemberFile, bundle: &[u8], signature: &str) -> Result<String, Error> {
    let key = SshKey::parse(&member.ssh_key).map_err(Error::sign)?;
    let mut lines = said(refusal, member, &key, bundle);
    lines.extend(commands(refusal, member, &key, bundle, signature)?);
    lines.push(String::new());
    Ok(lines.join("\n"))
}

fn said(refusal: &Refusal, member: &MemberFile, key: &SshKey, bundle: &[u8]) -> Vec<String> {
    let title = format!("{} refuses the event {}", refusal.member, refusal.event);
    let mut lines = show::top(&title, member.rehearsal);
    lines.push(String::new());
    lines.extend(show::field("when, by the member's clock", &refusal.at.to_string()));
    lines.extend(show::field("why", &refusal.reason));
    lines.extend(show::digest("the plan, SHA-256", &refusal.plan));
    lines.extend(
        refusal
            .session
            .iter()
            .flat_map(|run| show::octets("the console's session", run)),
    );
    lines.extend(show::digest("the refusal's bundle, SHA-256", &Digest::of(bundle)));
    lines.extend(show::field("signed by the SSH key", &key.fingerprint()));
    lines.extend(show::part("How to check this"));
    lines.extend(show::note(
        "Copy everything from the first `printf` to the end into a shell, in an empty folder. It must end with two lines: \
         Good signature, and that the reason is in what was signed. Then compare the SSH key's fingerprint above with the \
         member's in the roster at pki.rust-lang.org: this page alone cannot say whose key it is. The words above are for \
         reading; what counts is the bundle, which `ceremony bundle show` prints whole.",
    ));
    lines.push(String::new());
    lines
}

fn commands(
    refusal: &Refusal,
    member: &MemberFile,
    key: &SshKey,
    bundle: &[u8],
    signature: &str,
) -> Result<Vec<String>, Error> {
    let id = &member.id;
    let signers = allowed_signers_line(id, key, &[namespace::REFUSAL], None, None).map_err(Error::sign)?;
    let file = format!("refusal-{id}.cbor");
    let mut lines = vec!["printf '%s' \\".to_owned()];
    lines.extend(pieces(&signers).map(|piece| format!("  '{piece}' \\")));
    lines.push("  > allowed_signers".into());
    lines.push("echo >> allowed_signers".into());
    lines.push(format!("base64 -d > {file} <<'END'"));
    let encoded = Base64::encode_string(bundle);
    lines.extend(pieces(&encoded).map(str::to_owned));
    lines.push("END".into());
    lines.push(format!("cat > {file}.sig <<'END'"));
    lines.extend(signature.lines().map(str::to_owned));
    lines.push("END".into());
    lines.push("ssh-keygen -Y verify -f allowed_signers \\".into());
    lines.push(format!("  -I {id} -n {} \\", namespace::REFUSAL));
    lines.push(format!("  -s {file}.sig < {file} \\"));
    lines.push("&& printf '%s' \\".into());
    // A reason is printable ASCII. The one character that would end a quoted word ends it, stands by itself, and begins the
    // next.
    lines.extend(pieces(&refusal.reason).map(|piece| format!("  '{}' \\", piece.replace('\'', "'\\''"))));
    lines.push("  > reason \\".into());
    lines.push(format!("&& grep -a -q -F -f reason {file} \\"));
    lines.push("&& echo 'The reason is in what was signed.'".into());
    Ok(lines)
}

/// In pieces that fit a line of a mail.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    (0..text.len())
        .step_by(PIECE)
        .map(|from| &text[from..text.len().min(from + PIECE)])
}

const PIECE: usize = 64;
