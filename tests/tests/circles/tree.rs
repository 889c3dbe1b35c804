//! A crate's modules as `syn` reads them: which file each is, what it declares, and what its code names.

use crate::attributes::{attributes, is_for_tests, named_file};
use crate::mentions::{Mention, mentions};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use syn::{Item, UseTree, Visibility};

/// The text of a file, where there is one.
pub(crate) type Text<'t> = &'t dyn Fn(&Path) -> Option<String>;

/// The modules of one crate; the first is its root.
pub(crate) struct Tree {
    pub(crate) modules: Vec<Module>,
    /// Names of macros that go by the order of the text, or from the root: each with its file.
    pub(crate) macros: HashMap<String, PathBuf>,
}

/// A module, whether it is a file or stands inside of one.
pub(crate) struct Module {
    /// Its names from the root, which itself has none.
    pub(crate) path: Vec<String>,
    pub(crate) parent: Option<usize>,
    pub(crate) file: PathBuf,
    pub(crate) names: HashMap<String, Vec<Meaning>>,
    pub(crate) globs: Vec<Vec<String>>,
    pub(crate) mentions: Vec<Mention>,
}

/// What a name of a module stands for.
#[derive(Debug, Clone)]
pub(crate) enum Meaning {
    /// An item that is defined here.
    Item,
    Module(usize),
    /// A `use`, public or not, of this path.
    Import(Vec<String>),
}

impl Tree {
    /// Reads a crate from its root's file on.
    pub(crate) fn read(root: &Path, text: Text<'_>) -> Self {
        let mut reader = Reader { text, tree: Self { modules: Vec::new(), macros: HashMap::new() } };
        let folder = root.parent().unwrap_or(root).to_owned();
        reader.file(Vec::new(), None, root, &folder);
        reader.tree
    }
}

struct Reader<'t> {
    text: Text<'t>,
    tree: Tree,
}

impl Reader<'_> {
    /// A module that is a file, whose children stand in `folder`.
    fn file(&mut self, path: Vec<String>, parent: Option<usize>, file: &Path, folder: &Path) -> usize {
        let text = (self.text)(file).unwrap_or_else(|| panic!("{} can't be read", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let index = self.module(path, parent, file);
        self.items(index, &parsed.items, folder);
        index
    }

    fn module(&mut self, path: Vec<String>, parent: Option<usize>, file: &Path) -> usize {
        let (names, globs, mentions) = (HashMap::new(), Vec::new(), Vec::new());
        self.tree.modules.push(Module { path, parent, file: file.to_owned(), names, globs, mentions });
        self.tree.modules.len() - 1
    }

    fn items(&mut self, index: usize, items: &[Item], folder: &Path) {
        for item in items.iter().filter(|item| !is_for_tests(attributes(item))) {
            match item {
                Item::Mod(module) => self.child(index, module, folder),
                Item::Use(import) if import.leading_colon.is_none() => {
                    self.import(index, &import.tree, &import.vis);
                }
                Item::Macro(item) if item.ident.is_some() => self.macro_rules(index, item),
                _ => self.item(index, item),
            }
        }
    }

    fn child(&mut self, parent: usize, module: &syn::ItemMod, folder: &Path) {
        let name = module.ident.to_string();
        if name == "tests" {
            return;
        }
        let above = &self.tree.modules[parent];
        let (file, path) = (above.file.clone(), [above.path.clone(), vec![name.clone()]].concat());
        let child = if let Some((_, items)) = &module.content {
            let child = self.module(path, Some(parent), &file);
            self.items(child, items, &folder.join(&name));
            child
        } else if let Some(elsewhere) = named_file(&module.attrs) {
            let file = file.parent().unwrap_or(&file).join(elsewhere);
            let folder = file.parent().unwrap_or(&file).to_owned();
            self.file(path, Some(parent), &file, &folder)
        } else {
            let places = [folder.join(format!("{name}.rs")), folder.join(&name).join("mod.rs")];
            let found = places.iter().find(|place| (self.text)(place).is_some());
            let found = found.unwrap_or_else(|| panic!("{}: no file of `mod {name};`", file.display()));
            self.file(path, Some(parent), found, &folder.join(&name))
        };
        self.name(parent, name, Meaning::Module(child));
    }

    fn name(&mut self, module: usize, name: String, meaning: Meaning) {
        self.tree.modules[module].names.entry(name).or_default().push(meaning);
    }

    /// The names of a `use`. What is public hands a name on, and uses nothing by itself.
    fn import(&mut self, module: usize, tree: &UseTree, visibility: &Visibility) {
        let mut leaves = Vec::new();
        flatten(tree, &mut Vec::new(), &mut leaves);
        for Leaf { mention, name } in leaves {
            if mention.is_glob {
                self.tree.modules[module].globs.push(mention.path.clone());
            } else if let Some(name) = name {
                self.name(module, name, Meaning::Import(mention.path.clone()));
            }
            if matches!(visibility, Visibility::Inherited) {
                self.tree.modules[module].mentions.push(mention);
            }
        }
    }

    fn macro_rules(&mut self, module: usize, item: &syn::ItemMacro) {
        let name = item.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let file = self.tree.modules[module].file.clone();
        self.tree.macros.insert(name, file);
        self.item(module, &Item::Macro(item.clone()));
    }

    /// Any other item: its name, and what stands in it.
    fn item(&mut self, module: usize, item: &Item) {
        if let Some(name) = declared(item) {
            self.name(module, name, Meaning::Item);
        }
        let found = mentions(item);
        for tree in &found.imports {
            self.import(module, tree, &Visibility::Inherited);
        }
        self.tree.modules[module].mentions.extend(found.paths);
    }
}

/// What one name of a `use` is of, and how it is called here: by no name, where it is `_`.
struct Leaf {
    mention: Mention,
    name: Option<String>,
}

fn flatten(tree: &UseTree, before: &mut Vec<String>, leaves: &mut Vec<Leaf>) {
    let path = |ident: &syn::Ident| match ident.to_string() {
        name if name == "self" && !before.is_empty() => before.clone(),
        name => [&before[..], &[name]].concat(),
    };
    let mention = |path, span: proc_macro2::Span, is_glob| Mention {
        path,
        line: span.start().line,
        is_glob,
        is_macro: false,
    };
    match tree {
        UseTree::Path(step) => {
            before.push(step.ident.to_string());
            flatten(&step.tree, before, leaves);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, leaves)),
        UseTree::Name(leaf) => {
            let path = path(&leaf.ident);
            let name = path.last().cloned();
            leaves.push(Leaf { mention: mention(path, leaf.ident.span(), false), name });
        }
        UseTree::Rename(leaf) => {
            let name = Some(leaf.rename.to_string()).filter(|name| name != "_");
            leaves.push(Leaf { mention: mention(path(&leaf.ident), leaf.ident.span(), false), name });
        }
        UseTree::Glob(glob) => {
            let span = glob.star_token.spans[0];
            leaves.push(Leaf { mention: mention(before.clone(), span, true), name: None });
        }
    }
}

/// The name that an item gives to its module.
fn declared(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}
