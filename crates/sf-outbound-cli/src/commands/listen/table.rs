//! The notifications of one message as a table.

use crate::files::count;
use sf_outbound::{Kind, Notifications, Record, Value};
use std::iter;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A cell has at most this many columns.
const CELL: usize = 40;
const GAP: &str = "  ";

/// A column: its cells are aligned to the right for numbers.
struct Column<'m> {
    name: &'m str,
    is_number: bool,
    width: usize,
    cells: Vec<String>,
}

/// A line about the message, and a row a notification; `again` tells which came before.
///
/// A null is `null`, an empty text is `""`, and a record that was deleted before delivery is `deleted`. Fields that
/// are null in every record share the last line. Rows are cut to `width` columns.
pub(super) fn table(message: &Notifications<Record>, again: &[bool], width: Option<usize>) -> String {
    let (columns, nulls) = columns(message, again);
    let mut text = String::new();
    let mut line = |line: &str| {
        text += &cut(line.trim_end(), width.unwrap_or(usize::MAX));
        text.push('\n');
    };
    line(&columns.iter().map(|column| column.pad(column.name)).collect::<String>());
    for row in 0..message.notifications.len() {
        line(&columns.iter().map(|column| column.pad(&column.cells[row])).collect::<String>());
    }
    if !nulls.is_empty() {
        let of = count(message.notifications.len(), "notification");
        line(&format!("{GAP}null in {of}: {}", nulls.join(", ")));
    }
    text
}

/// The columns, and the names of the fields that are null in every record.
fn columns<'m>(message: &'m Notifications<Record>, again: &[bool]) -> (Vec<Column<'m>>, Vec<&'m str>) {
    let notifications = &message.notifications;
    let column = |name, cells| Column::new(name, false, cells);
    let mut columns =
        vec![column("Notification", notifications.iter().map(|one| one.id.to_string()).collect())];
    if again.contains(&true) {
        let word = |again: &bool| if *again { "again" } else { "" }.to_owned();
        columns.push(column("Seen", again.iter().map(word).collect()));
    }
    let records = || notifications.iter().map(|one| one.sobject.as_ref());
    let id = |record: Option<&Record>| {
        record.map_or_else(|| "deleted".to_owned(), |record| record.id().to_string())
    };
    columns.push(column("Id", records().map(id).collect()));
    let mut nulls = Vec::new();
    let fields = records().flatten().next().map(|record| record.schema().table());
    for index in fields.iter().flat_map(|table| 0..table.len()) {
        let (name, kind) = fields.map_or(("", None), |table| (table.name(index), table.kind(index)));
        let value = |record: &'m Record| record.get(name).unwrap_or(Value::Null);
        if records().flatten().all(|record| value(record) == Value::Null) {
            nulls.push(name);
            continue;
        }
        let cells =
            records().map(|record| record.map_or_else(String::new, |record| cell(&value(record)))).collect();
        let is_number = kind.is_some_and(Kind::is_number);
        columns.push(Column::new(name, is_number, cells));
    }
    (columns, nulls)
}

impl<'m> Column<'m> {
    fn new(name: &'m str, is_number: bool, cells: Vec<String>) -> Self {
        let width = cells.iter().map(|cell| cell.width()).max().unwrap_or(0).max(name.width());
        Self { name, is_number, width, cells }
    }

    /// The text in its column, after a gap.
    fn pad(&self, text: &str) -> String {
        let blanks = " ".repeat(self.width.saturating_sub(text.width()));
        if self.is_number { [GAP, &blanks, text].concat() } else { [GAP, text, &blanks].concat() }
    }
}

/// One value on one line, without what would move a terminal's cursor or hide a part of the text.
fn cell(value: &Value<'_>) -> String {
    let text = match value {
        Value::Null => return "null".to_owned(),
        Value::Text(text) => *text,
        value => return cut(&value.to_string(), CELL),
    };
    // More than a cell can show is not looked at: a text has up to 131,072 characters.
    let mut shown = String::new();
    for c in text.chars().take(CELL + 1) {
        if is_unsafe(c) {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    if text.is_empty() || text == "null" || text.trim() != text {
        shown = format!("\"{shown}\"");
    }
    cut(&shown, CELL)
}

/// Whether a character moves the cursor, or changes the order or the look of what stands beside it.
fn is_unsafe(c: char) -> bool {
    let is_format = matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}');
    c.is_control() || is_format
}

/// At most so many columns; `…` stands for what was cut.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = text.chars().take_while(|c| {
        let wide = c.width().unwrap_or(0);
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    });
    fits.chain(iter::once('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sf_outbound::{Id, Notification, OwnedValue, Schema};

    fn message(names: &[Option<&str>]) -> Notifications<Record> {
        let schema = Schema::new(
            "Account",
            [("Empty", Kind::Int), ("Name", Kind::Text), ("Rank", Kind::Double)]
                .map(|(name, kind)| (name.to_owned(), kind)),
        )
        .unwrap();
        let notifications = names.iter().enumerate().map(|(index, name)| {
            let mut record = schema.record(Id::literal("001x0000000001X"));
            record.set("Name", name.map(|name| OwnedValue::Text(name.to_owned())));
            record.set("Rank", Some(OwnedValue::Double([1.0, 12.5][index % 2])));
            Notification::new(Id::literal("04lx0000000001X"), (*name != Some("-")).then_some(record))
        });
        let mut message = Notifications::new(Id::literal("00Dx0000000001g"), Id::literal("04kx0000000001X"));
        message.notifications.extend(notifications);
        message
    }

    fn shown(names: &[Option<&str>], width: Option<usize>) -> String {
        table(&message(names), &vec![false; names.len()], width)
    }

    #[test]
    fn nulls_empty_texts_and_deleted_records_are_told_apart() {
        let names = [None, Some(""), Some("null"), Some("-"), Some("東京"), Some(" é")];
        expect_test::expect![[r#"
            about
              Notification     Seen   Id               Name    Rank
              04lx0000000001X         001x0000000001X  null     1.0
              04lx0000000001X         001x0000000001X  ""      12.5
              04lx0000000001X         001x0000000001X  "null"   1.0
              04lx0000000001X         deleted
              04lx0000000001X         001x0000000001X  東京     1.0
              04lx0000000001X  again  001x0000000001X  " é"    12.5
              null in 6 notifications: Empty
        "#]]
        .assert_eq(&format!(
            "about\n{}",
            table(&message(&names), &[false, false, false, false, false, true], None)
        ));
        expect_test::expect![[r"
            about
              Notification     Id
              04lx0000000001X  deleted
        "]]
        .assert_eq(&format!("about\n{}", shown(&[Some("-")], None)));
    }

    #[test]
    fn no_text_moves_the_cursor_or_the_order() {
        let text = shown(&[Some("\u{1b}[2J\r\n\u{202e}txt\u{9b}\u{0}")], None);
        assert!(text.contains("\\u{1b}[2J\\r\\n\\u{202e}txt\\u{9b}\\0"), "{text}");
        assert!(text.chars().all(|c| c == '\n' || !is_unsafe(c)), "{text:?}");
    }

    #[test]
    fn rows_are_as_wide_as_they_may_be() {
        let names = [Some("東".repeat(50)), Some("x".repeat(200_000)), Some("\u{301}".repeat(9))];
        let names = names.each_ref().map(|name| name.as_deref());
        for width in 20..100 {
            let text = shown(&names, Some(width));
            assert!(text.lines().all(|line| line.width() <= width), "{width}\n{text}");
        }
        assert!(shown(&names, None).lines().all(|line| line.width() < 100));
    }
}
