//! Circles in words, and those that are allowed held against those that there are.

use crate::arrows::Arrows;
use crate::graph::circles;
use crate::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A circle that may stand, and why.
pub(crate) struct Allowed {
    /// The folder of the crate's root.
    pub(crate) folder: &'static str,
    /// Its files or folders, from there.
    pub(crate) members: &'static [&'static str],
    pub(crate) reason: &'static str,
}

pub(crate) struct Circle {
    pub(crate) folder: String,
    pub(crate) members: BTreeSet<String>,
    /// Which lines make it.
    pub(crate) lines: String,
}

/// The circles between a crate's files, and those between the folders and files beside its root.
pub(crate) fn found(tree: &Tree) -> Vec<Circle> {
    let arrows = tree.arrows();
    let rooms = rooms(tree);
    let room = |file: &Path| rooms.get(file).map_or_else(|| file.to_owned(), Clone::clone);
    let mut between_rooms = Arrows::new();
    for (from, to) in arrows.keys() {
        if room(from) != room(to) {
            between_rooms.insert((room(from), room(to)), Vec::new());
        }
    }
    let folder = tree.modules[0].file.parent().unwrap_or(Path::new(""));
    let of_files = circles(&arrows).into_iter();
    let of_files = of_files.map(|members| circle(folder, &members, &arrows, &Path::to_owned));
    // Where no folder takes part, it is the circle of the files.
    let is_new = |members: &BTreeSet<PathBuf>| members.iter().any(|member| !rooms.contains_key(member));
    let of_rooms = circles(&between_rooms).into_iter().filter(is_new);
    of_files.chain(of_rooms.map(|members| circle(folder, &members, &arrows, &room))).collect()
}

/// The room of each file: the folder beside the crate's root that it stands in, or else the file.
fn rooms(tree: &Tree) -> BTreeMap<PathBuf, PathBuf> {
    let mut files: BTreeMap<Option<&String>, BTreeSet<&Path>> = BTreeMap::new();
    for module in &tree.modules {
        files.entry(module.path.first()).or_default().insert(&module.file);
    }
    let beside = tree.modules[0].file.parent().unwrap_or(Path::new(""));
    let mut rooms = BTreeMap::new();
    for (name, files) in files {
        let folder = name.filter(|_| files.len() > 1).map(|name| beside.join(name));
        for file in files {
            // The root comes first, and stays itself where a module inside of it has files.
            rooms.entry(file.to_owned()).or_insert_with(|| folder.clone().unwrap_or_else(|| file.to_owned()));
        }
    }
    rooms
}

fn circle(
    folder: &Path,
    members: &BTreeSet<PathBuf>,
    arrows: &Arrows,
    room: &dyn Fn(&Path) -> PathBuf,
) -> Circle {
    let mut lines = String::new();
    for ((from, to), names) in arrows {
        let (start, end) = (room(from), room(to));
        if start != end && members.contains(&start) && members.contains(&end) {
            // A name that a `use` brings stands again where it is used.
            let last = |name: &str| name.rsplit("::").next().unwrap_or_default().to_owned();
            let mut known = BTreeSet::new();
            let names = names.iter().filter(|(_, name)| known.insert(last(name)));
            let names: Vec<_> = names.map(|(line, name)| format!("line {line} `{name}`")).collect();
            // Writing to a `String` can't fail.
            let _ = writeln!(lines, "  {} uses {}: {}", from.display(), to.display(), names.join(", "));
        }
    }
    let from_there = |member: &PathBuf| member.strip_prefix(folder).unwrap_or(member).display().to_string();
    let members = members.iter().map(from_there).collect();
    Circle { folder: folder.display().to_string(), members, lines }
}

const HOW_TO_COMPLY: &str = "\
Let one side know the other and not both: give what both name a file of its own, named for that noun, or move it to \
the side that is used. A circle that has to stay for now is a row of ALLOWED in tests/tests/circles/main.rs, with its \
reason.";

/// What is wrong: circles that are not allowed, and rows of the list that allow what is not there.
pub(crate) fn complaints(found: &[Circle], allowed: &[Allowed]) -> Vec<String> {
    let is = |circle: &Circle, row: &Allowed| {
        circle.folder == row.folder
            && circle.members.iter().map(String::as_str).collect::<BTreeSet<_>>()
                == row.members.iter().copied().collect::<BTreeSet<_>>()
    };
    let mut complaints = Vec::new();
    for circle in found.iter().filter(|circle| !allowed.iter().any(|row| is(circle, row))) {
        let members: Vec<_> = circle.members.iter().map(|member| format!("{member:?}")).collect();
        complaints.push(format!(
            "in {} these use each other in a circle: {}\n{}{HOW_TO_COMPLY}\n",
            circle.folder,
            members.join(", "),
            circle.lines
        ));
    }
    for row in allowed.iter().filter(|row| !found.iter().any(|circle| is(circle, row))) {
        complaints.push(format!(
            "in {} this circle is gone, or has other members now: {}\nTake its row out of ALLOWED in tests/tests/circles/main.rs. It said: {}\n",
            row.folder,
            row.members.join(", "),
            row.reason
        ));
    }
    complaints
}
