//! The finder held against small crates whose circles are known.

use crate::report::{Allowed, Circle, complaints, found};
use crate::tree::Tree;
use std::path::Path;

/// The circles of a crate with these files, each as its files in one line.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    circles_of(files).iter().map(joined).collect()
}

fn joined(circle: &Circle) -> String {
    circle.members.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn circles_of(files: &[(&str, &str)]) -> Vec<Circle> {
    found(&read(files))
}

fn read(files: &[(&str, &str)]) -> Tree {
    let text = |path: &Path| {
        files.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned())
    };
    Tree::read(Path::new("lib.rs"), &text)
}

/// What each file uses of others: `a.rs -> b.rs`.
fn arrows(files: &[(&str, &str)]) -> Vec<String> {
    let arrows = read(files).arrows();
    arrows.keys().map(|(from, to)| format!("{} -> {}", from.display(), to.display())).collect()
}

/// A root with the modules `a` and `b`, and their texts.
fn two<'t>(a: &'t str, b: &'t str) -> [(&'t str, &'t str); 3] {
    [("lib.rs", "mod a; mod b;"), ("a.rs", a), ("b.rs", b)]
}

#[test]
fn files_that_use_each_other_are_a_circle() {
    assert_eq!(
        circles(&two("use crate::b::B; pub struct A(B);", "use crate::a::A; pub struct B(A);")),
        ["a.rs b.rs"]
    );
    let three = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use super::b::f;"),
        ("b.rs", "pub fn f() { crate::c::g() }"),
        ("c.rs", "pub fn g() -> super::a::A { todo() }"),
    ];
    assert_eq!(circles(&three), ["a.rs b.rs c.rs"]);
    let with_parent = [
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b; pub struct Shared; pub fn run() { b::run() }"),
        ("a/b.rs", "pub fn run() -> super::Shared { super::Shared }"),
    ];
    assert_eq!(circles(&with_parent), ["a/b.rs a/mod.rs"]);
}

#[test]
fn two_circles_are_two() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; mod d;"),
        ("a.rs", "use crate::b::B; use crate::c::C;"),
        ("b.rs", "use crate::a::A;"),
        ("c.rs", "use crate::d::D;"),
        ("d.rs", "use crate::c::C;"),
    ];
    assert_eq!(circles(&files), ["a.rs b.rs", "c.rs d.rs"]);
}

#[test]
fn one_way_is_no_circle() {
    assert!(circles(&two("use crate::b::B;", "pub struct B; use std::fmt;")).is_empty());
    // What the parent declares and hands on, it does not use.
    let files = [
        ("lib.rs", "mod a; mod b; pub use a::A; pub struct Root;"),
        ("a.rs", "use crate::Root; pub struct A;"),
        ("b.rs", "use crate::A;"),
    ];
    assert!(circles(&files).is_empty());
    assert_eq!(arrows(&files), ["a.rs -> lib.rs", "b.rs -> a.rs"]);
    // But what it names itself, it uses.
    let files = [("lib.rs", "mod a; pub use a::A; pub struct Root(A);"), files[1]];
    assert_eq!(circles(&files), ["a.rs lib.rs"]);
}

#[test]
fn a_reexport_is_a_use_of_the_file_that_defines() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::Deep; pub struct A;"),
        ("b/mod.rs", "mod deep; mod shallow; pub(crate) use deep::*; pub use shallow::Shallow as Renamed;"),
        ("b/deep.rs", "use super::Renamed; pub struct Deep;"),
        ("b/shallow.rs", "use crate::a::A; pub struct Shallow;"),
    ];
    // The glob hands `Deep` on too.
    assert_eq!(arrows(&files), ["a.rs -> b/deep.rs", "b/deep.rs -> b/shallow.rs", "b/shallow.rs -> a.rs"]);
    assert_eq!(circles(&files), ["a.rs b/deep.rs b/shallow.rs", "a.rs b"]);
    // What a macro defines is found nowhere: it is of the module that is named, or hands it on from there.
    let files = [
        ("lib.rs", "mod a; mod codes; pub use codes::CODES;"),
        ("codes.rs", "codes! { EMPTY } use crate::a::A;"),
        ("a.rs", "pub fn f() { crate::CODES; crate::codes::EMPTY; }"),
    ];
    assert_eq!(circles(&files), ["a.rs codes.rs"]);
    // Names that lead to each other, and a module and a function of one name, come to an end.
    assert_eq!(
        arrows(&two("pub use crate::b::X; fn f() { X::new() }", "pub use crate::a::X;")),
        ["a.rs -> b.rs"]
    );
    let files =
        [("lib.rs", "mod a; mod b; pub use a::a;"), ("a.rs", "pub fn a() {}"), ("b.rs", "use crate::a;")];
    assert_eq!(arrows(&files), ["b.rs -> a.rs"]);
}

#[test]
fn every_way_to_name_something_is_seen() {
    let b = "pub struct B; pub fn f() {} pub mod c { pub struct C; pub struct D; }";
    for a in [
        "use crate::{b as s, b::{self, c::{C as Other, D as _}}};",
        "use super::b::{c::{self, C}};",
        "use crate::b::*;",
        "use super::b; fn g(x: &b::B) {}",
        "use crate::b as other; fn g() { other::f() }",
        "mod inner { fn g() { super::super::b::f() } }",
        "mod inner { use super::super::b::B; }",
        "mod inner { fn g() { self::super::super::b::f() } }",
        "fn g() { use crate::b::f; f() }",
        "pub use crate::b::f; const ALL: [fn(); 1] = [f];",
        "pub use crate::b::f; fn g(x: u8) { f() }",
        "fn g() { crate::b::B::default(); }",
        "fn g(x: Option<Vec<crate::b::B>>) {}",
        "fn g(x: u8) { if let crate::b::B = x {} }",
        "impl crate::b::B {}",
        "impl<T: crate::b::B> Trait for T {}",
        "fn g() { println!(\"{}\", crate::b::f()) }",
        "fn g() { vec![1, { super::b::f(); 2 }]; }",
        "use super::b; fn g() { assert!(x && y, \"{}\", b::f()) }",
        "macro_rules! m { () => { $crate::b::f() } }",
        "#[derive(Args)] struct S { #[arg(value_parser = super::b::f)] x: u8 }",
    ] {
        assert_eq!(arrows(&two(a, b)), ["a.rs -> b.rs"], "{a}");
    }
    for a in [
        "use super::b;",
        "pub use crate::b::B;",
        "pub(in crate::b) fn g() {}",
        "fn g() { ::b::f(); b::f(); x.b::<u8>() }",
        "fn g() { quote! { crate::b::f() } }",
        "pub use crate::b::f; fn g(f: fn()) { f(); h(f) }",
        "use super::b::f as _; mod inner { fn f() {} fn g() { self::f() } }",
    ] {
        let expected: &[&str] = if a.contains("as _") { &["a.rs -> b.rs"] } else { &[] };
        assert_eq!(arrows(&two(a, b)), expected, "{a}");
    }
}

#[test]
fn macros_are_found_by_path_and_by_the_order_of_the_text() {
    let a = "#[macro_export] macro_rules! rows { () => {} } use crate::b::B;";
    for b in
        ["crate::rows! {}", "rows!();", "fn f() { rows!() }", "use crate::rows;", "fn f() { vec![rows!()] }"]
    {
        assert_eq!(arrows(&two(a, b)), ["a.rs -> b.rs", "b.rs -> a.rs"], "{b}");
    }
    // A variable is none.
    assert_eq!(arrows(&two(a, "fn f(rows: fn()) { rows() }")), ["a.rs -> b.rs"]);
}

#[test]
fn tests_are_left_out() {
    for b in [
        "#[cfg(test)] mod tests { use crate::a::A; }",
        "#[cfg(test)] mod checks;",
        "mod tests;",
        "#[cfg(all(test, unix))] use crate::a::A;",
        "#[cfg(test)] fn f() { crate::a::A; }",
        "struct B; impl B { #[cfg(test)] fn f() { crate::a::A; } }",
    ] {
        assert!(circles(&two("use crate::b::B;", b)).is_empty(), "{b}");
    }
    assert_eq!(circles(&two("use crate::b::B;", "#[cfg(not(test))] use crate::a::A;")), ["a.rs b.rs"]);
}

#[test]
fn folders_beside_the_root_are_one_each() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "mod one; mod two;"),
        ("a/one.rs", "use crate::b::B;"),
        ("a/two.rs", "pub struct Two;"),
        ("b.rs", "use crate::a::two::Two; pub struct B;"),
    ];
    let found = circles_of(&files);
    assert_eq!(found.iter().map(joined).collect::<Vec<_>>(), ["a b.rs"]);
    assert_eq!(
        found[0].lines,
        "  a/one.rs uses b.rs: line 1 `crate::b::B`\n  b.rs uses a/two.rs: line 1 `crate::a::two::Two`\n"
    );
}

#[test]
fn files_are_found_where_rust_finds_them() {
    let files = [
        ("lib.rs", "mod a; #[path = \"x/y.rs\"] mod b; mod c { mod d; }"),
        ("a/mod.rs", "mod e;"),
        ("a/e.rs", "mod f;"),
        ("a/e/f.rs", ""),
        ("x/y.rs", "mod z;"),
        ("x/z.rs", ""),
        ("c/d.rs", "use crate::a::A;"),
    ];
    // A module inside of the root is a folder, and the root is none of it.
    assert!(found(&read(&files)).is_empty());
    let tree = read(&files);
    let seen: Vec<_> = tree.modules.iter().map(|module| module.file.display().to_string()).collect();
    assert_eq!(seen, ["lib.rs", "a/mod.rs", "a/e.rs", "a/e/f.rs", "x/y.rs", "x/z.rs", "lib.rs", "c/d.rs"]);
}

#[test]
fn a_complaint_names_files_lines_and_what_to_do() {
    let found = circles_of(&two("\nuse crate::b::B;\n", "fn f() {\n    crate::a::g()\n}"));
    let [complaint] = complaints(&found, &[]).try_into().unwrap();
    for part in [
        "circle: \"a.rs\", \"b.rs\"",
        "a.rs uses b.rs: line 2 `crate::b::B`",
        "b.rs uses a.rs: line 2 `crate::a::g`",
        "ALLOWED",
    ] {
        assert!(complaint.contains(part), "{complaint}");
    }
    let allowed = Allowed { folder: "", members: &["b.rs", "a.rs"], reason: "made up" };
    assert!(complaints(&found, &[allowed]).is_empty());
}

#[test]
fn an_allowed_circle_that_is_gone_is_told() {
    let allowed = || [Allowed { folder: "", members: &["a.rs", "b.rs"], reason: "made up" }];
    let [complaint] = complaints(&[], &allowed()).try_into().unwrap();
    assert!(complaint.contains("gone") && complaint.contains("a.rs, b.rs") && complaint.contains("made up"));
    // A member more, and it is another one.
    let files = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::B;"),
        ("b.rs", "use crate::c::C;"),
        ("c.rs", "use crate::a::A;"),
    ];
    assert_eq!(complaints(&circles_of(&files), &allowed()).len(), 2);
}
