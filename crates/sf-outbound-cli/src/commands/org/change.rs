//! `org change`: a record is made, changed or deleted.

use super::client::Client;
use crate::args::org::{Change, Operation};
use crate::files::{Failure, print};
use serde_json::{Map, Value};

pub(super) fn run(arguments: &Change) -> Result<(), Failure> {
    let client = Client::new(&arguments.org)?;
    match &arguments.operation {
        Operation::Create { object, fields } => {
            let made = client.data("POST", &["sobjects", object], Some(&values(fields)?))?;
            show(&made)
        }
        Operation::Update { object, id, fields } => {
            client.data("PATCH", &["sobjects", object, id], Some(&values(fields)?)).map(drop)
        }
        Operation::Upsert { object, external_id, value, fields } => {
            let path = ["sobjects", object, external_id, value];
            show(&client.data("PATCH", &path, Some(&values(fields)?))?)
        }
        Operation::Delete { object, id } => client.data("DELETE", &["sobjects", object, id], None).map(drop),
    }
}

/// The id of the record, where the reply has one.
fn show(reply: &Value) -> Result<(), Failure> {
    match reply["id"].as_str() {
        Some(id) => print(format_args!("{id}\n")),
        None => Ok(()),
    }
}

/// `Name=Acme` to JSON: values are texts, which the organization reads by the field's type.
fn values(fields: &[String]) -> Result<Value, Failure> {
    let mut values = Map::new();
    for field in fields {
        let Some((name, value)) = field.split_once('=') else {
            return Err(Failure::Usage(format!("error: `{field}` has no `=`\nhelp: write FIELD=VALUE")));
        };
        let value = if value.is_empty() { Value::Null } else { value.into() };
        if values.insert(name.to_owned(), value).is_some() {
            return Err(Failure::Usage(format!("error: the field `{name}` stands twice")));
        }
    }
    Ok(values.into())
}
