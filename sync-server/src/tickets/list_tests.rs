use shared::ids::{ProductId, ZoneId};
use shared::policy::{Product, Zone};

use super::*;
use crate::tickets::columns::Column;

fn policy() -> Policy {
    let product = |id, name: &str| Product { id: ProductId(id), name: name.into(), zones: None };
    Policy {
        name: "Spring night".into(),
        starts: 1_780_000_000_000,
        ends: 1_780_020_000_000,
        zones: vec![Zone { id: ZoneId(1), name: "Hall".into(), capacity: None }],
        gates: vec![],
        products: vec![product(1, "Standard"), product(2, "VIP")],
        reentry: true,
        capacity: None,
        list_only: false,
        stale_stop: None,
        last_entry: None,
        max_reentries: None,
        retry_window: 5000,
        time_zone: "Europe/Berlin".into(),
    }
}

fn read_text(text: &str) -> List {
    read(text.as_bytes(), &[], &policy(), |_| ()).unwrap()
}

#[test]
fn a_spreadsheets_export_is_understood() {
    let list = read_text("\u{feff}Code;Attendee Name;Product;Valid until\r\nA-1;Ada Lovelace;vip;2026-05-01 20:00\r\n");
    assert_eq!(list.errors, []);
    let (line, draft) = &list.rows[0];
    assert_eq!((*line, draft.code.as_deref(), draft.product), (2, Some("A-1"), ProductId(2)));
    assert_eq!(draft.attendee.as_deref(), Some("Ada Lovelace"));
    // 20:00 in Berlin in summer is 18:00 UTC.
    assert_eq!(draft.not_after, Some(1_777_658_400));
}

#[test]
fn a_time_that_clocks_skip_is_a_bad_line_and_not_moved() {
    let list = read_text("code,valid until\nA,2026-03-29 02:30\nB,2026-03-29 03:30\n");
    let bad: Vec<_> = list.errors.iter().map(|error| (error.line, error.fault.clone())).collect();
    assert_eq!(bad, [(2, RowFault::SkippedTime("2026-03-29 02:30".into()))]);
    // 3:30 in Berlin in summer is 1:30 UTC.
    assert_eq!(list.rows[0].1.not_after, Some(1_774_747_800));
}

#[test]
fn every_bad_line_is_named_and_the_good_ones_are_kept() {
    let text = "code,name,product,admits,paid\n\
                A,Ada,Standard,1,yes\n\
                B,Bob\n\
                A,Again,,,\n\
                ,Nobody,,,\n\
                C,Cy,Balcony,,\n\
                D,Di,,many,\n\
                TS1:X,Eve,,,\n\
                E,Flo,,2000,\n\
                F,Gus,,,perhaps\n\
                G,\"two\nlines\",,,\n\
                H,Hal,,2,no\n";
    let list = read_text(text);
    let good: Vec<_> = list.rows.iter().map(|(line, draft)| (*line, draft.admits, draft.unpaid)).collect();
    assert_eq!(good, [(2, 1, false), (13, 2, true)]);
    let told: Vec<_> = list.errors.iter().map(|error| (error.line, error.message())).collect();
    let bad: Vec<_> = told.iter().map(|(line, message)| (*line, message.as_str())).collect();
    assert_eq!(
        bad,
        [
            (3, "has 2 columns, the header has 5"),
            (4, "has the same code as line 2"),
            (5, "has no code"),
            (6, "the event has no product \"Balcony\"; it has Standard, VIP"),
            (7, "\"many\" is not a number of people"),
            (8, "the code begins with TS1:, which is kept for codes issued here"),
            (9, "it admits 2000 people; 1 to 1000 are possible"),
            (
                10,
                "\"perhaps\" does not say whether it is paid: write yes or no, paid or unpaid, ja or nein, bezahlt or offen, sí \
                 or no, pagado or pendiente, 1 or 0"
            ),
            (
                11,
                "the name is too long or contains control characters; it goes on for 1 more lines: is a quotation mark \
                 missing at its end?"
            ),
        ]
    );
}

#[test]
fn bytes_that_are_not_utf8_are_named_by_line() {
    let list = read(b"code,name\nA,Ada\nB,M\xfcller\n", &[], &policy(), |_| ()).unwrap();
    assert_eq!((list.rows.len(), list.errors[0].line), (1, 3));
    assert!(list.errors[0].message().contains("UTF-8"));
    assert_eq!(read(b"n\xe4me\nx\n", &[], &policy(), |_| ()), Err(ListError::NotUtf8));
}

#[test]
fn columns_are_mapped_by_option_over_header() {
    let mapping: Mapping = "code=Order id".parse().unwrap();
    let list = read(b"Order id,Guest\n77,Ada\n", &[mapping, "name=guest".parse().unwrap()], &policy(), |_| ()).unwrap();
    assert_eq!(list.rows[0].1.code.as_deref(), Some("77"));
    assert_eq!(list.rows[0].1.attendee.as_deref(), Some("Ada"));
    assert!("colour=x".parse::<Mapping>().unwrap_err().contains("there are code, name"));
}

#[test]
fn lists_without_meaning_are_refused_as_a_whole() {
    let refused = |text: &str, mapping: &[Mapping]| read(text.as_bytes(), mapping, &policy(), |_| ()).unwrap_err();
    assert_eq!(refused("", &[]), ListError::Empty);
    assert!(matches!(refused("foo,bar\n1,2\n", &[]), ListError::UnknownColumns(_)));
    assert!(matches!(refused("code,barcode\n1,2\n", &[]), ListError::TwoColumns("code", ..)));
    let mapping = ["name=guest".parse().unwrap()];
    assert!(matches!(refused("code\n1\n", &mapping), ListError::NoSuchColumn(..)));
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let list = read_text("code,name\r\n\r\nA,\"two\r\nlines\"\r\nB\r\n\r\n\r\nC,Cy\r\n");
    let bad: Vec<_> = list.errors.iter().map(|error| error.line).collect();
    assert_eq!((bad, list.rows[0].0), (vec![3, 5], 8));
}

#[test]
fn a_list_without_codes_issues_some() {
    let list = read_text("name,email\nAda,ada@example.org\n");
    assert_eq!(list.rows[0].1.code, None);
}

#[test]
fn a_column_is_named_by_its_place_where_headers_are_alike_and_can_be_left_out() {
    let text = b"name,name,id\nAda,Lovelace,77\n";
    let at = |field, column| Mapping { field, column };
    let mapping = [at("name", Column::At(1)), at("reference", Column::Nowhere)];
    let list = read(text, &mapping, &policy(), |_| ()).unwrap();
    assert_eq!(list.rows[0].1.attendee.as_deref(), Some("Lovelace"));
    assert_eq!(list.rows[0].1.reference, None);
    let beyond = [at("name", Column::At(9)), at("reference", Column::At(0))];
    assert!(matches!(read(text, &beyond, &policy(), |_| ()), Err(ListError::NoSuchColumn(..))));
    let written: Mapping = "reference=".parse().unwrap();
    assert_eq!(written.column, Column::Nowhere);
}
