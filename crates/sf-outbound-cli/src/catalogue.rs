//! Every code that a message can show, from the tables of all crates, each with an example.

/// One code, with what its crate's table says about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) explanation: &'static str,
}

/// A crate's table, and what its codes are about.
pub(crate) struct Table {
    pub(crate) about: &'static str,
    pub(crate) entries: Vec<Entry>,
}

/// Messages as the command prints them, taken from the tests of mistakes: a line `@` and the code, and the message.
const EXAMPLES: &str = include_str!("examples.txt");

macro_rules! table {
    ($about:literal, $codes:expr) => {
        Table {
            about: $about,
            entries: $codes
                .iter()
                .map(|row| Entry { code: row.code, title: row.title, explanation: row.explanation })
                .collect(),
        }
    };
}

/// All tables. A new one gets its line here.
pub(crate) fn tables() -> Vec<Table> {
    vec![
        table!("SFW: WSDLs and workflow metadata", sf_outbound_wsdl::CODES),
        table!("SFG: generated code", sf_outbound_build::CODES),
        table!("SFR: messages and requests", sf_outbound::CODES),
        #[cfg(feature = "org")]
        table!("SFD: local organizations", sf_outbound_sender::CODES),
    ]
}

/// The entry of a code, in any case and with or without the brackets that messages put around it.
pub(crate) fn find(code: &str) -> Option<Entry> {
    let code = code.trim_matches(['[', ']']);
    entries().find(|entry| entry.code.eq_ignore_ascii_case(code))
}

pub(crate) fn entries() -> impl Iterator<Item = Entry> {
    tables().into_iter().flat_map(|table| table.entries)
}

impl Entry {
    /// A message with this code.
    pub(crate) fn example(&self) -> Option<&'static str> {
        let mut examples = EXAMPLES.split('@').filter_map(|example| example.split_once('\n'));
        examples.find(|(code, _)| *code == self.code).map(|(_, example)| example.trim_end())
    }

    /// Title, explanation and example, in Markdown that reads well as it is.
    pub(crate) fn page(&self) -> String {
        let mut page = format!("{}: {}\n\n{}\n", self.code, self.title, self.explanation);
        if let Some(example) = self.example() {
            page += "\n```text\n";
            page += example;
            page += "\n```\n";
        }
        page
    }
}
