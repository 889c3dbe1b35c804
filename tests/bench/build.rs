//! Generates the Opportunities of 12 and 60 fields: our types from a WSDL, and what the peers need by hand.

#[path = "src/fields.rs"]
#[allow(unreachable_pub)]
mod fields;

use fields::{fields, wsdl};
use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo:rerun-if-changed=src/fields.rs");
    for count in [12, 60] {
        let fields = fields(count);
        let file = out.join(format!("opportunity_{count}.wsdl"));
        let peers = out.join(format!("peers_{count}.rs"));
        let written = fs::write(&file, wsdl(&fields)).and_then(|()| fs::write(&peers, peers_of(&fields)));
        if let Err(error) = written {
            panic!("{error}");
        }
        if let Err(report) = sf_outbound_build::compile(&file) {
            panic!("{report}");
        }
    }
}

/// A `match` over the names, as a hand-written reader has it, and a struct with serde's derive.
fn peers_of(fields: &[(String, &str)]) -> String {
    let mut text = String::from(
        "pub fn set(record: &mut Opportunity, name: &str, text: Cow<'_, str>) -> Option<()> {\n    match name {\n        \"Id\" => record.id = Hand::read(text)?,\n",
    );
    let mut derived = String::from(
        "#[derive(Debug, Default, serde::Deserialize)]\npub(crate) struct Derived {\n    #[serde(rename = \"Id\")] pub(crate) id: Option<Text<Id>>,\n",
    );
    for (name, kind) in fields {
        let rust = name.to_ascii_lowercase().replace("__", "_");
        let rust = match &**name {
            "AccountId" => "account_id",
            "CloseDate" => "close_date",
            "CreatedDate" => "created_date",
            "FiscalQuarter" => "fiscal_quarter",
            "IsClosed" => "is_closed",
            "StageName" => "stage_name",
            "SystemModstamp" => "system_modstamp",
            _ => &rust,
        };
        let kind = match *kind {
            "ent:ID" => "Text<Id>",
            "xsd:string" => "String",
            "xsd:double" => "f64",
            "xsd:int" => "i32",
            "xsd:boolean" => "bool",
            "xsd:date" => "Text<Date>",
            "xsd:dateTime" => "Text<Timestamp>",
            "xsd:time" => "Text<Time>",
            _ => "Text<Vec<u8>>",
        };
        let _ = writeln!(text, "        \"{name}\" => record.{rust} = Some(Hand::read(text)?),");
        let _ = writeln!(derived, "    #[serde(rename = \"{name}\")] pub(crate) {rust}: Option<{kind}>,");
    }
    text + "        _ => {}\n    }\n    Some(())\n}\n" + &derived + "}\n"
}
