//! Circles of a graph: nodes that lead to each other.

use crate::arrows::Arrows;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every largest set of nodes of which each leads to each.
pub(crate) fn circles(arrows: &Arrows) -> Vec<BTreeSet<PathBuf>> {
    let mut next: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for (from, to) in arrows.keys() {
        next.entry(from).or_default().push(to);
    }
    let reached: BTreeMap<&Path, BTreeSet<&Path>> =
        next.keys().map(|node| (*node, reachable(node, &next))).collect();
    let leads = |from: &Path, to: &Path| reached.get(from).is_some_and(|nodes| nodes.contains(to));
    let mut circles: Vec<BTreeSet<PathBuf>> = Vec::new();
    for (node, nodes) in &reached {
        let is_known = circles.iter().any(|circle| circle.contains(*node));
        if !is_known && nodes.contains(node) {
            circles.push(nodes.iter().filter(|other| leads(other, node)).map(PathBuf::from).collect());
        }
    }
    circles
}

fn reachable<'a>(from: &Path, next: &BTreeMap<&'a Path, Vec<&'a Path>>) -> BTreeSet<&'a Path> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(node) = waiting.pop() {
        for other in next.get(node).into_iter().flatten() {
            if found.insert(*other) {
                waiting.push(other);
            }
        }
    }
    found
}
