//! What can be done about what the system refused.

use std::io::ErrorKind;

/// A hint for a file that could not be read or written.
pub(super) fn hint(act: &str, path: &str, kind: ErrorKind) -> Option<String> {
    let hint = match kind {
        ErrorKind::AlreadyExists => {
            return Some(format!(
                "nothing is ever overwritten; move {path} away, or name another place"
            ));
        }
        ErrorKind::NotADirectory => return Some(format!("name another folder: {path} is none, or lies in none")),
        ErrorKind::PermissionDenied if act == "read" => {
            return Some("whoever runs `ceremony` must be allowed to read it".to_owned());
        }
        ErrorKind::PermissionDenied => "whoever runs `ceremony` must be allowed to write there",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => "make room there",
        ErrorKind::ReadOnlyFilesystem => "this file system is read-only: mount it for writing, or name another place",
        _ => return None,
    };
    Some(format!(
        "{hint}; an event that has begun goes on with `ceremony resume`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_done_hangs_on_what_the_system_said() {
        let of = |act, kind| hint(act, "outbound", kind).unwrap_or_default();
        assert_eq!(
            of("write", ErrorKind::StorageFull),
            "make room there; an event that has begun goes on with `ceremony resume`"
        );
        assert_eq!(
            of("write", ErrorKind::QuotaExceeded),
            of("sync", ErrorKind::FileTooLarge)
        );
        assert_eq!(
            of("make", ErrorKind::PermissionDenied),
            "whoever runs `ceremony` must be allowed to write there; an event that has begun goes on with `ceremony \
             resume`"
        );
        assert_eq!(
            of("read", ErrorKind::PermissionDenied),
            "whoever runs `ceremony` must be allowed to read it"
        );
        assert_eq!(
            of("write", ErrorKind::ReadOnlyFilesystem),
            "this file system is read-only: mount it for writing, or name another place; an event that has begun goes on \
             with `ceremony resume`"
        );
        assert_eq!(hint("read", "a", ErrorKind::NotFound), None);
    }
}
