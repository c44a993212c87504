//! The HSMs' audit logs: what the stand-in printed, a stream for each HSM, as CloudWatch has them.

use record::Time;

/// The log of one HSM.
pub struct Stream {
    /// The cluster's id.
    pub cluster: String,
    /// The HSM's id.
    pub hsm: String,
    /// Its entries.
    pub text: String,
}

/// Takes apart what `standin audit` prints: each stream beneath its name, `/aws/cloudhsm/CLUSTER HSM`. Every cluster of the
/// stand-in's has the same ids, and no two of AWS's have; so those of a later one get its number.
pub fn streams(printed: &str, cluster: u32) -> Vec<Stream> {
    let number = |id: &str| match cluster {
        1 => id.to_owned(),
        n => format!("{id}-{n}"),
    };
    let mut streams: Vec<Stream> = Vec::new();
    for line in printed.lines() {
        if let Some((id, hsm)) = line.strip_prefix(GROUP).and_then(|ids| ids.split_once(' ')) {
            streams.push(Stream {
                cluster: number(id),
                hsm: number(hsm),
                text: String::new(),
            });
        } else if let Some(stream) = streams.last_mut() {
            stream.text += line;
            stream.text.push('\n');
        }
    }
    streams
}

impl Stream {
    /// When it begins: the HSM was made then.
    pub fn begins(&self) -> Option<Time> {
        let line = self.text.lines().find(|line| line.starts_with("Time:"))?;
        let usecs: u64 = line.rsplit_once("usecs:")?.1.trim().parse().ok()?;
        Some(Time(usecs / 1_000_000))
    }
}

/// CloudWatch's group of an HSM's streams begins so.
const GROUP: &str = "/aws/cloudhsm/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stream_has_its_own_entries_and_a_later_cluster_its_own_names() {
        let printed =
            "/aws/cloudhsm/cluster-a hsm-1\n\nTime: x, usecs:7000000\nOpcode : A\n\n/aws/cloudhsm/cluster-a hsm-2\n\n";
        let found = streams(printed, 1);
        assert_eq!((found[0].hsm.as_str(), found[0].begins()), ("hsm-1", Some(Time(7))));
        assert_eq!((found[1].hsm.as_str(), found[1].begins()), ("hsm-2", None));
        assert!(found[0].text.contains("Opcode : A") && !found[1].text.contains("Opcode"));
        assert_eq!(streams(printed, 2)[0].hsm, "hsm-1-2");
    }
}
