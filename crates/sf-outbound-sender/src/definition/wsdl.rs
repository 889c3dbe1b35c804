//! A definition of a WSDL, and the WSDL of each outbound message of a definition.

use super::{Definition, Evaluate, Field, Object, OutboundMessage, Rule, ids};
use crate::codes;
use sf_outbound_wsdl::{
    Diagnostic, Model, ReadAs, ReadOptions, Report, Severity, public_address, read, write,
};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Version of the API in which messages are sent where a definition names none.
pub(crate) const API_VERSION: u16 = 61;

impl Definition {
    /// The organization of one WSDL: its object, and one outbound message that every change sends to the endpoint.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_sender::Definition;
    /// use sf_outbound_wsdl::{ReadOptions, Kind, read, write};
    ///
    /// let wsdl = write("Account", &[("Name", Kind::Text)], "https://listener.example.com/");
    /// let model = read("account.wsdl", wsdl.as_bytes(), &ReadOptions::default()).model.unwrap();
    /// let definition = Definition::of_wsdl(&model, "http://localhost:8080/salesforce");
    /// assert_eq!(definition.messages[0].name, "Account");
    /// ```
    #[must_use]
    pub fn of_wsdl(model: &Model, endpoint: &str) -> Self {
        let name = model.object.text.clone();
        let object = Object {
            name: name.clone(),
            key_prefix: ids::key_prefix(&name, &|_| false),
            fields: fields(model).collect(),
        };
        let mut fields: Vec<_> = object.fields.iter().map(|field| field.name.clone()).collect();
        fields.sort_unstable();
        let message = OutboundMessage {
            name: name.clone(),
            action_id: ids::action_id(&name),
            object: name,
            fields,
            endpoint: endpoint.to_owned(),
            protected: false,
            user: None,
        };
        Self {
            organization_id: ids::ORGANIZATION.to_18(),
            api_version: API_VERSION,
            objects: vec![object],
            rules: vec![on_every_change(&message)],
            messages: vec![message],
        }
    }

    /// [`Definition::of_wsdl`] for a file, for the test of a listener. `types` says how to read types that are not
    /// known, such as `("xsd:duration", "text")`.
    ///
    /// **Errors.** `SFD0118` where the file can't be read, and what is wrong in it, with places.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_sender::Definition;
    ///
    /// let report = Definition::of_wsdl_file("no/such.wsdl", "http://localhost:8080/", &[]).unwrap_err();
    /// assert!(report.to_string().starts_with("error[SFD0118]: the WSDL can't be read: there is no such file"));
    /// ```
    pub fn of_wsdl_file(
        file: impl AsRef<Path>,
        endpoint: &str,
        types: &[(&str, &str)],
    ) -> Result<Self, Report> {
        Ok(Self::of_wsdl(&model_of(file.as_ref(), types)?, endpoint))
    }
}

impl Definition {
    /// The WSDL that is bound to an outbound message, as an administrator would download it from Salesforce.
    ///
    /// Its address is the endpoint, including any secrets in it.
    ///
    /// # Example
    ///
    /// ```
    /// # use sf_outbound_sender::Definition;
    /// # use sf_outbound_wsdl::{ReadOptions, Kind, read, write};
    /// let wsdl = write("Account", &[("Name", Kind::Text)], "https://listener.example.com/");
    /// let model = read("account.wsdl", wsdl.as_bytes(), &ReadOptions::default()).model.unwrap();
    /// let definition = Definition::of_wsdl(&model, "https://listener.example.com/?token=hush");
    /// let message = &definition.messages[0];
    /// assert!(definition.wsdl(message).contains("hush"));
    /// assert!(!definition.public_wsdl(message).contains("hush"));
    /// ```
    #[must_use]
    pub fn wsdl(&self, message: &OutboundMessage) -> String {
        let object = self.objects.iter().find(|object| object.name == message.object);
        let kind =
            |name: &str| object?.fields.iter().find(|field| field.name == name).map(|field| field.kind);
        let fields: Vec<_> =
            message.fields.iter().filter_map(|name| Some((name.as_str(), kind(name)?))).collect();
        write(&message.object, &fields, &message.endpoint)
    }

    /// The same WSDL without secrets: its address lacks user name, password and the values of the query.
    #[must_use]
    pub fn public_wsdl(&self, message: &OutboundMessage) -> String {
        let mut message = message.clone();
        message.endpoint = public_address(&message.endpoint);
        self.wsdl(&message)
    }
}

/// A rule that sends an outbound message with every change.
pub(crate) fn on_every_change(message: &OutboundMessage) -> Rule {
    Rule {
        name: message.name.clone(),
        object: message.object.clone(),
        active: true,
        evaluate: Evaluate::CreatedAndEveryEdit,
        criteria: Vec::new(),
        logic: None,
        messages: vec![message.name.clone()],
    }
}

/// What is said of a WSDL that can't be read.
pub(crate) fn unreadable(error: &io::Error) -> String {
    let why = match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        kind => kind.to_string(),
    };
    format!("the WSDL can't be read: {why}")
}

/// The model of a file; `types` are those that are not known, and the words for what they are read as.
fn model_of(file: &Path, types: &[(&str, &str)]) -> Result<Model, Report> {
    let shown = file.display().to_string();
    let known = types.iter().filter_map(|(name, word)| Some(((*name).to_owned(), ReadAs::from_word(word)?)));
    let options = ReadOptions { types: known.collect() };
    let bytes = fs::read(file).map_err(|error| {
        let finding = Diagnostic {
            code: &codes::WSDL,
            severity: Severity::Error,
            message: unreadable(&error),
            place: None,
            label: String::new(),
            second: None,
            help: "give a path that does not depend on where the program runs: env!(\"CARGO_MANIFEST_DIR\") begins one"
                .into(),
        };
        Report { file: shown.clone(), text: String::new(), diagnostics: vec![finding] }
    })?;
    let reading = read(&shown, &bytes, &options);
    reading.model.ok_or(reading.report)
}

/// The fields of an object as a WSDL has them.
pub(crate) fn fields(model: &Model) -> impl Iterator<Item = Field> {
    model.fields.iter().map(|field| Field { name: field.name.clone(), kind: field.kind, external_id: false })
}
