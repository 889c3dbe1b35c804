//! The paths that stand in an item's code, in its macros and in its attributes.

use crate::attributes::is_for_tests;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::{Attribute, ExprPath, ImplItem, Item, ItemUse, Macro, PatIdent, Path, UseTree};

/// A path in the code of a module, and the line of it.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
    pub(crate) is_glob: bool,
    pub(crate) is_macro: bool,
}

/// What stands in an item.
#[derive(Default)]
pub(crate) struct Mentions {
    pub(crate) paths: Vec<Mention>,
    /// Of functions that have a `use` of their own.
    pub(crate) imports: Vec<UseTree>,
    /// Names in lower case that stand alone in code: variables, or functions that are handed on.
    lone: Vec<Mention>,
    /// The names that patterns bind, and so variables.
    bound: HashSet<String>,
}

pub(crate) fn mentions(item: &Item) -> Mentions {
    let mut found = Mentions::default();
    found.visit_item(item);
    let Mentions { paths, lone, bound, .. } = &mut found;
    paths.extend(lone.drain(..).filter(|mention| !bound.contains(&mention.path[0])));
    found
}

/// Macros whose tokens are text for other crates.
const QUOTING: [&str; 4] = ["parse_quote", "quote", "quote_spanned", "stringify"];

impl Mentions {
    fn push(&mut self, path: Vec<String>, line: usize, is_macro: bool) {
        self.paths.push(Mention { path, line, is_glob: false, is_macro });
    }

    fn path(&mut self, path: &Path, is_macro: bool) {
        if path.leading_colon.is_none()
            && let Some(first) = path.segments.first()
        {
            let line = first.ident.span().start().line;
            self.push(
                path.segments.iter().map(|segment| segment.ident.to_string()).collect(),
                line,
                is_macro,
            );
        }
    }

    /// The paths among tokens that `syn` leaves as they are.
    ///
    /// A lone name in lower case can be a variable, so it counts only where it is called.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let (path, end) = path_at(&tokens, at);
                    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
                    let is_free = !before.is_some_and(|token| is_punct(token, '.') || is_punct(token, ':'));
                    let is_variable = before.is_some_and(|token| is_punct(token, '$')) && path[0] != "crate";
                    let counts = path.len() > 1 || is_type(&path[0]) || is_called(tokens.get(end));
                    if is_free && !is_variable && counts {
                        let is_macro = tokens.get(end).is_some_and(|token| is_punct(token, '!'));
                        self.push(path, first.span().start().line, is_macro);
                    }
                    at = end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// The path that begins at a name, and the place behind it.
fn path_at(tokens: &[TokenTree], start: usize) -> (Vec<String>, usize) {
    let (mut path, mut at) = (Vec::new(), start);
    while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
        path.push(ident.to_string());
        at += 1;
        let is_colon = |at: usize| tokens.get(at).is_some_and(|token| is_punct(token, ':'));
        let goes_on = matches!(tokens.get(at + 2), Some(TokenTree::Ident(_)));
        if !(is_colon(at) && is_colon(at + 1) && goes_on) {
            break;
        }
        at += 2;
    }
    (path, at)
}

fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

fn is_called(next: Option<&TokenTree>) -> bool {
    next.is_some_and(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
        other => is_punct(other, '!'),
    })
}

impl<'ast> Visit<'ast> for Mentions {
    fn visit_path(&mut self, path: &'ast Path) {
        self.path(path, false);
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        match path.path.get_ident() {
            Some(name) if !is_type(&name.to_string()) => {
                let line = name.span().start().line;
                let path = vec![name.to_string()];
                self.lone.push(Mention { path, line, is_glob: false, is_macro: false });
            }
            _ => visit::visit_expr_path(self, path),
        }
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.bound.insert(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        self.path(&invocation.path, true);
        if !QUOTING.iter().any(|name| invocation.path.segments.last().is_some_and(|last| last.ident == name))
        {
            self.tokens(invocation.tokens.clone());
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta
            && !list.path.is_ident("cfg")
        {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let is_test = match item {
            Item::Fn(item) => is_for_tests(&item.attrs),
            Item::Mod(_) => true,
            _ => false,
        };
        if !is_test {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        if import.leading_colon.is_none() {
            self.imports.push(import.tree.clone());
        }
    }
}
