//! What can be done about what the system refused.

use std::io::ErrorKind;

use super::Error;

/// A hint for a file that could not be read or written.
pub(super) fn hint(act: &str, path: &str, kind: ErrorKind) -> Option<String> {
    let reads = act == "read";
    let hint = match kind {
        ErrorKind::AlreadyExists => {
            return Some(format!(
                "nothing is ever overwritten; move {path} away, or name another place"
            ));
        }
        ErrorKind::NotADirectory => return Some(format!("name another folder: {path} is none, or lies in none")),
        ErrorKind::NotFound if reads => "check the path: nothing of that name is there",
        ErrorKind::NotFound => "make the folder that it belongs in, or name another place",
        ErrorKind::PermissionDenied if reads => "whoever runs `ceremony` must be allowed to read it",
        ErrorKind::PermissionDenied => "whoever runs `ceremony` must be allowed to write there",
        ErrorKind::InvalidInput if reads => "name a file: folders, links and pipes are not read",
        ErrorKind::FileTooLarge if reads => "check the path: another file was named",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => "make room there",
        ErrorKind::ReadOnlyFilesystem => "this file system is read-only: mount it for writing, or name another place",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// The error of an event that has begun, or may have: once what could not be written can be, it goes on.
pub fn in_event(error: Error) -> Error {
    let goes_on = matches!(&error, Error::File { act, cause, .. }
        if *act != "read" && can_be_mended(cause.kind()));
    match (goes_on, error.hint()) {
        (true, Some(hint)) => Error::Elsewhere {
            cause: Box::new(error),
            hint: format!("{hint}; an event that has begun goes on with `ceremony resume`").into(),
        },
        _ => error,
    }
}

fn can_be_mended(kind: ErrorKind) -> bool {
    !matches!(kind, ErrorKind::AlreadyExists | ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_done_hangs_on_what_the_system_said() {
        let of = |act, kind| hint(act, "outbound", kind).unwrap_or_default();
        assert_eq!(of("write", ErrorKind::StorageFull), "make room there");
        assert_eq!(
            of("write", ErrorKind::QuotaExceeded),
            of("sync", ErrorKind::FileTooLarge)
        );
        assert_eq!(
            of("make", ErrorKind::PermissionDenied),
            "whoever runs `ceremony` must be allowed to write there"
        );
        assert_eq!(
            of("read", ErrorKind::PermissionDenied),
            "whoever runs `ceremony` must be allowed to read it"
        );
        assert_eq!(
            of("write", ErrorKind::ReadOnlyFilesystem),
            "this file system is read-only: mount it for writing, or name another place"
        );
        assert_eq!(
            of("read", ErrorKind::NotFound),
            "check the path: nothing of that name is there"
        );
        assert_eq!(
            of("read", ErrorKind::InvalidInput),
            "name a file: folders, links and pipes are not read"
        );
        assert_eq!(hint("read", "a", ErrorKind::TimedOut), None);
    }

    #[test]
    fn an_event_alone_goes_on() {
        let of = |act, kind: ErrorKind| {
            let (path, cause) = ("outbound".to_owned(), kind.into());
            in_event(Error::File { act, path, cause }).hint().unwrap_or_default()
        };
        assert_eq!(
            of("write", ErrorKind::StorageFull),
            "make room there; an event that has begun goes on with `ceremony resume`"
        );
        assert!(!of("read", ErrorKind::PermissionDenied).contains("resume"));
        assert!(!of("write", ErrorKind::AlreadyExists).contains("resume"));
    }
}
