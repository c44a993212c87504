//! Is a child stopped? One that reads the terminal from the background is, by the terminal itself (SIGTTIN).

/// Its state according to the system; where the system does not say, it is taken to run.
pub(crate) fn is_stopped(child: u32) -> bool {
    // proc(5): the state follows the program's name, which stands in brackets and may hold anything.
    let stat = std::fs::read_to_string(format!("/proc/{child}/stat"));
    stat.is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T')))
}
