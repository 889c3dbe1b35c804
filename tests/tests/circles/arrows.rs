//! Which file uses which: each path followed through imports and re-exports to where its name is defined.

use crate::mentions::Mention;
use crate::tree::{Meaning, Module, Tree};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// From a file to another, with the lines and names of it.
pub(crate) type Arrows = BTreeMap<(PathBuf, PathBuf), Vec<(usize, String)>>;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target<'t> {
    Module(usize),
    /// Something that is defined in this file.
    Item(&'t Path),
}

/// The names that are being looked up, so that re-exports of each other come to an end.
type Asked = Vec<(usize, String, bool)>;

impl Tree {
    /// What each file uses of the others.
    ///
    /// `mod x;` uses nothing, nor does `pub use x::Y;` by itself: who names `Y`, wherever it was re-exported, uses
    /// the file that defines it. To import a module is not to use it either, before something of it is named.
    /// A name that is found nowhere, as macros make some, is taken to be of the module where it should be.
    pub(crate) fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (index, module) in self.modules.iter().enumerate() {
            for mention in &module.mentions {
                for target in self.targets(index, mention) {
                    let file = match target {
                        Target::Item(file) => file,
                        Target::Module(used) if mention.is_glob => &self.modules[used].file,
                        Target::Module(_) => continue,
                    };
                    if file != module.file {
                        let row = arrows.entry((module.file.clone(), file.to_owned())).or_default();
                        let name = mention.path.join("::") + if mention.is_glob { "::*" } else { "" };
                        row.push((mention.line, name));
                    }
                }
            }
        }
        arrows
    }

    fn targets(&self, from: usize, mention: &Mention) -> Vec<Target<'_>> {
        let found = self.resolve(from, &mention.path, &mut Asked::new());
        match mention.path.as_slice() {
            // Macros go by the order of the text too.
            [name] if mention.is_macro && found.is_empty() => {
                self.macros.get(name).map(|file| Target::Item(file)).into_iter().collect()
            }
            _ => found,
        }
    }

    fn resolve<'t>(&'t self, from: usize, path: &[String], asked: &mut Asked) -> Vec<Target<'t>> {
        let Some((first, rest)) = path.split_first() else { return vec![Target::Module(from)] };
        match first.as_str() {
            "crate" => self.walk(0, rest, asked),
            "self" => self.from(Some(from), rest, asked),
            "super" => self.from(self.modules[from].parent, rest, asked),
            name => {
                let found = self.look_up(from, name, !rest.is_empty(), asked);
                self.go_on(found, rest, asked)
            }
        }
    }

    /// What a path behind `self` or `super` leads to: inside of that module, or above it.
    fn from<'t>(&'t self, module: Option<usize>, path: &[String], asked: &mut Asked) -> Vec<Target<'t>> {
        match (module, path.first()) {
            (Some(module), Some(next)) if next == "super" => self.resolve(module, path, asked),
            (Some(module), _) => self.walk(module, path, asked),
            (None, _) => Vec::new(),
        }
    }

    /// What a path inside of a module leads to.
    fn walk<'t>(&'t self, module: usize, path: &[String], asked: &mut Asked) -> Vec<Target<'t>> {
        let Some((first, rest)) = path.split_first() else { return vec![Target::Module(module)] };
        let found = self.look_up(module, first, !rest.is_empty(), asked);
        if !found.is_empty() {
            return self.go_on(found, rest, asked);
        }
        let exported = self.macros.get(first).filter(|_| module == 0 && rest.is_empty());
        vec![Target::Item(exported.unwrap_or(&self.modules[module].file))]
    }

    fn go_on<'t>(&'t self, found: Vec<Target<'t>>, rest: &[String], asked: &mut Asked) -> Vec<Target<'t>> {
        if rest.is_empty() {
            return found;
        }
        let module = found.iter().find_map(|target| match target {
            Target::Module(module) => Some(*module),
            Target::Item(_) => None,
        });
        // Of a type, what follows is its own.
        module.map_or(found, |module| self.walk(module, rest, asked))
    }

    /// What a name means in a module. `is_way`: more of a path follows, for which a module comes first.
    fn look_up<'t>(&'t self, module: usize, name: &str, is_way: bool, asked: &mut Asked) -> Vec<Target<'t>> {
        let question = (module, name.to_owned(), is_way);
        if asked.contains(&question) {
            return Vec::new();
        }
        asked.push(question);
        let found = self.meanings(module, name, is_way, asked);
        asked.pop();
        found
    }

    fn meanings<'t>(&'t self, module: usize, name: &str, is_way: bool, asked: &mut Asked) -> Vec<Target<'t>> {
        let Module { names, globs, file, .. } = &self.modules[module];
        let meanings = names.get(name).map(Vec::as_slice).unwrap_or_default();
        let child = meanings.iter().find_map(|meaning| match meaning {
            Meaning::Module(child) => Some(*child),
            _ => None,
        });
        let mut found: Vec<Target<'t>> = child.map(Target::Module).into_iter().collect();
        if is_way && child.is_some() {
            return found;
        }
        for meaning in meanings {
            match meaning {
                Meaning::Item => found.push(Target::Item(file)),
                Meaning::Import(path) => found.extend(self.resolve(module, path, asked)),
                Meaning::Module(_) => {}
            }
        }
        for glob in globs.iter().filter(|_| meanings.is_empty()) {
            for target in self.resolve(module, glob, asked) {
                if let Target::Module(other) = target {
                    found.extend(self.look_up(other, name, is_way, asked));
                }
            }
        }
        found
    }
}
