//! On which kind of file system a file is.

use std::fs;
use std::path::{Path, PathBuf};

/// File systems of other machines: their locks and their shared memory are not those of SQLite's log.
const OF_OTHERS: [&str; 16] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.s3fs",
    "fuse.sshfs",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
];

/// The kind of file system, if a file would be on another machine. Only Linux says so.
pub(crate) fn network(file: &Path) -> Option<String> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let folder = fs::canonicalize(folder).ok()?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let kind = kind(&mounts, &folder)?;
    OF_OTHERS.contains(&kind).then(|| kind.to_owned())
}

/// The file system of a folder, by lines such as `36 35 98:0 / /mnt/share rw,noatime - nfs4 server:/ rw`.
fn kind<'m>(mounts: &'m str, folder: &Path) -> Option<&'m str> {
    let mounts = mounts.lines().filter_map(|line| {
        let (of_mount, of_system) = line.split_once(" - ")?;
        let place = PathBuf::from(unescaped(of_mount.split(' ').nth(4)?));
        Some((place, of_system.split(' ').next()?))
    });
    // What was mounted last hides what is below it.
    let over = mounts.filter(|(place, _)| folder.starts_with(place));
    over.max_by_key(|(place, _)| place.components().count()).map(|(_, kind)| kind)
}

/// White space stands there by its octal number.
fn unescaped(place: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(place.to_owned(), |place, (number, character)| place.replace(number, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = r"22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
36 27 0:45 / /mnt/a\040share rw,noatime shared:1 master:2 - nfs4 server:/share rw,vers=4.2
37 36 254:1 / /mnt/a\040share/disk rw - xfs /dev/vdb rw
38 27 0:46 / /srv rw - cifs //server/srv rw
39 27 254:2 / /srv rw - ext4 /dev/vdc rw
";

    #[test]
    fn the_innermost_and_last_mount_counts() {
        let kind = |folder: &str| kind(MOUNTS, Path::new(folder)).unwrap();
        assert_eq!(kind("/var/lib"), "ext4");
        assert_eq!(kind("/mnt/a share/inbox"), "nfs4");
        assert_eq!(kind("/mnt/a share/disk"), "xfs");
        assert_eq!(kind("/mnt/a shared"), "ext4");
        assert_eq!(kind("/srv/inbox"), "ext4");
        assert_eq!(network(&std::env::temp_dir().join("inbox.db")), None);
        assert_eq!(network(Path::new("inbox.db")), None);
    }
}
