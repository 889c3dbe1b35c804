//! The lines of generated text, beyond what prettyplease does.

/// The most characters of a line that lists fields.
const WIDTH: usize = 100;

/// Stands above the macro that describes a record.
const ABOUT_RECORD: &str =
    "// `new`, and how the runtime reads and writes the fields: index in `FIELDS`, name.";

/// Puts blank lines between items, and breaks the macro that describes a record between its fields.
pub(crate) fn spaced(text: &str) -> String {
    let mut spaced = Vec::new();
    let mut item_ended = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line_text = line.trim_start();
        let indentation = &line[..line.len() - line_text.len()];
        if item_ended && line_text != "}" {
            spaced.push(String::new());
        }
        if line_text.ends_with("::contract! {") {
            spaced.push(format!("{indentation}{ABOUT_RECORD}"));
            spaced.push(line.to_owned());
            let body: Vec<_> = lines.by_ref().map(str::trim).take_while(|line| *line != "}").collect();
            spaced.extend(record(&body.join(" ")).iter().map(|line| format!("{indentation}    {line}")));
            spaced.push(format!("{indentation}}}"));
            item_ended = true;
            continue;
        }
        spaced.push(line.to_owned());
        let is_alias =
            line_text.starts_with("pub") && [" type ", " use "].iter().any(|word| line_text.contains(word));
        let is_item = line_text == "}" && indentation.len() < 12;
        item_ended = is_item || is_alias || line_text.contains("::contract!(");
    }
    spaced.join("\n") + "\n"
}

/// The lines of the macro's body `3 record pub Opportunity { 0 amount, … } Skip`, with as many fields in a line as fit.
fn record(body: &str) -> Vec<String> {
    let (head, rest) = body.split_once('{').unwrap_or((body, ""));
    let (fields, unknown) = rest.rsplit_once('}').unwrap_or((rest, ""));
    let mut lines = vec![format!("{}{{", head.trim_start())];
    for field in fields.split(',').map(str::trim).filter(|field| !field.is_empty()) {
        match lines.last_mut().filter(|line| line.ends_with(',') && line.len() + field.len() + 2 <= WIDTH) {
            Some(line) => line.extend([" ", field, ","]),
            None => lines.push(format!("    {field},")),
        }
    }
    lines.extend(["}".to_owned(), unknown.trim().to_owned()]);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_stays_with_its_number() {
        let fields: Vec<_> = (0..30).map(|index| format!("{index} field_{index},")).collect();
        let lines = record(&format!(" pub(crate) Account {{ {} }} Keep unknown_elements", fields.join(" ")));
        assert_eq!(lines.first().unwrap(), "pub(crate) Account {");
        assert_eq!(lines.last().unwrap(), "Keep unknown_elements");
        assert!(lines.iter().all(|line| line.len() <= WIDTH), "{lines:#?}");
        let listed = &lines[1..lines.len() - 2];
        assert!(listed.len() < 6 && listed.iter().all(|line| line.ends_with(',')), "{lines:#?}");
        assert_eq!(listed.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "), fields.join(" "));
    }

    #[test]
    fn no_fields_are_no_lines() {
        assert_eq!(record("pub Account { } Skip"), ["pub Account {", "}", "Skip"]);
    }
}
