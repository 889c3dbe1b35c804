//! Stored messages of the cases: what the generated type reads is what a schema reads, and both are what stands
//! beside the message.

mod rendering;

use rendering::{Shown, rendering};
use sf_outbound::{Limits, Record, Schema};
use sf_outbound_build::module_name;
use sf_outbound_tests::{entries, model, root};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of `tests/cases`, and the messages that its generated type reads.
struct Case {
    case: sf_outbound_tests::Case,
    messages: Vec<PathBuf>,
}

impl Case {
    fn all() -> Vec<Self> {
        let cases = sf_outbound_tests::Case::all().into_iter();
        let with_messages = cases.map(|case| Self { messages: messages(&case), case });
        with_messages.filter(|case| !case.messages.is_empty()).collect()
    }

    /// The file with what is expected of a message. A case of an option has texts of its own for the messages of
    /// another case.
    fn expected(&self, message: &Path) -> PathBuf {
        let name = message.file_name().unwrap();
        self.case.folder.join("messages").join(name).with_extension("txt")
    }

    /// Name of the module with its generated code.
    fn module(&self) -> String {
        format!("case_{}", self.case.name())
    }

    /// Path of the type that reads the messages.
    fn path(&self) -> String {
        let wsdl = self.case.wsdls.last().unwrap();
        let inner = if self.case.options.modules || self.case.wsdls.len() > 1 {
            format!("::{}", module_name(wsdl))
        } else {
            String::new()
        };
        format!("{}{inner}::Notifications", self.module())
    }

    /// The schema of the WSDL; a case of an option generates something else from it.
    fn schema(&self) -> Option<Schema> {
        let file = self.case.folder.join("service.wsdl");
        let model = model(&file, &fs::read(&file).ok()?, &self.case.options);
        let rows = model.fields.iter().map(|field| (field.name.clone(), field.kind));
        Some(Schema::new(&model.object.text, rows).unwrap())
    }
}

/// The messages beside the last WSDL of a case.
fn messages(case: &sf_outbound_tests::Case) -> Vec<PathBuf> {
    let mut messages = entries(&case.wsdls.last().unwrap().with_file_name("messages"));
    messages.retain(|file| file.extension().is_some_and(|extension| extension == "xml"));
    messages
}

fn shown(record: &Record) -> Shown<'_> {
    let fields = record.fields().map(|(name, kind, value)| (name.to_owned(), kind, value));
    (record.schema().table().object().to_owned(), record.id(), fields.collect())
}

/// The text of each message, in their order, as the generated types read it: one program of many modules.
fn by_generated_types(cases: &[Case]) -> Vec<String> {
    // Inside the target folder, so that nothing is left elsewhere, and the second run is fast.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("decoding");
    let _ = fs::remove_dir_all(folder.join("src"));
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"decoding\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies.sf-outbound]\npath = \"{}\"\nfeatures = [\"chrono\", \"rust_decimal\", \"serde\", \"time\"]\n",
        root().join("crates/sf-outbound").display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::copy(root().join("tests/tests/decoding/rendering.rs"), folder.join("src/rendering.rs")).unwrap();
    fs::copy(root().join("tests/tests/decoding/program.rs"), folder.join("src/program.rs")).unwrap();
    let mut main = "mod program;\nmod rendering;\nmod facade {\n    pub use ::sf_outbound;\n}\n".to_owned();
    for case in cases {
        let module = case.module();
        fs::copy(case.case.folder.join("expected.rs"), folder.join(format!("src/{module}.rs"))).unwrap();
        writeln!(main, "#[allow(dead_code)]\nmod {module};").unwrap();
    }
    main += "fn main() {\n";
    for case in cases {
        for message in &case.messages {
            let file = message.display().to_string();
            writeln!(main, "    program::show::<{}>({file:?});", case.path()).unwrap();
        }
    }
    main += "}\n";
    fs::write(folder.join("src/main.rs"), main).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}", shown.chars().take(6000).collect::<String>());
    let texts = String::from_utf8(output.stdout).unwrap();
    texts.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn messages_are_read_as_what_stands_beside_them() {
    let cases = Case::all();
    let own =
        entries(&root().join("tests/cases")).iter().filter(|case| case.join("service.wsdl").exists()).count();
    assert!(cases.len() >= own, "each case with a WSDL of its own has messages");
    let texts = by_generated_types(&cases);
    let mut texts = texts.iter();
    let (mut read, mut refused) = (0, 0);
    for case in &cases {
        let schema = case.schema();
        for message in &case.messages {
            let text = texts.next().unwrap();
            if let Some(schema) = &schema {
                let read = schema.decode(&fs::read(message).unwrap(), &Limits::default());
                let by_schema = rendering(&read, shown);
                assert_eq!(*text, by_schema, "{}", message.display());
            }
            let expected = case.expected(message);
            fs::create_dir_all(expected.parent().unwrap()).unwrap();
            expect_test::expect_file![expected].assert_eq(text);
            // Values of refused messages, and session ids of all.
            let is_refused = text.starts_with("refused: ");
            assert!(!text.contains("SECRET"), "{text}");
            assert!(!is_refused || !text.contains("secret"), "{text}");
            *(if is_refused { &mut refused } else { &mut read }) += 1;
        }
    }
    assert_eq!(texts.next(), None);
    // A message that was renamed leaves a text.
    for case in &cases {
        for file in entries(&case.case.folder.join("messages")) {
            let stem = file.file_stem();
            let has_message = case.messages.iter().any(|message| message.file_stem() == stem);
            assert!(has_message, "{} has no message: delete it", file.display());
        }
    }
    assert!(read >= 20 && refused >= 10, "{read} messages are read and {refused} refused");
    println!("{read} messages read and {refused} refused, by {} generated types and by schemas", cases.len());
}
