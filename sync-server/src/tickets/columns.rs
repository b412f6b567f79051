//! Which column of a ticket list holds what: by its header, or as somebody says.

use std::collections::{HashMap, HashSet};

use shared::policy::Policy;

use super::cells::{admits, paid, product, time};
use super::draft::Draft;
use super::fault::RowFault;
use super::headers::{FIELDS, nearest, told};
use super::list::{ListError, Unused};

/// Which column holds a field, over what the headers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// One of the names in the documentation of `tickets import`.
    pub field: &'static str,
    /// Where it is.
    pub column: Column,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// The one with this header.
    Named(String),
    /// By its place, from 0: headers can be alike.
    At(usize),
    /// None: what the headers say is not meant.
    Nowhere,
}

/// The field of this name.
pub fn field(name: &str) -> Option<&'static str> {
    FIELDS.iter().map(|(field, _)| *field).find(|field| *field == name)
}

/// All fields, in the order in which people expect them.
pub fn fields() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(field, _)| *field)
}

impl std::str::FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, column) = text.split_once('=').ok_or("is written FIELD=COLUMN, as name=\"Guest name\"")?;
        let name = name.trim().to_lowercase();
        let Some(field) = field(&name) else {
            let names: Vec<_> = fields().collect();
            return Err(format!("there is no field \"{name}\"; there are {}", names.join(", ")));
        };
        Ok(Self { field, column: Column::named(column) })
    }
}

impl Column {
    /// By its header; an empty one stands for no column.
    pub fn named(header: &str) -> Self {
        let header = header.trim();
        if header.is_empty() { Self::Nowhere } else { Self::Named(header.to_owned()) }
    }
}

/// Whether a header is one that the field is recognized by.
pub(super) fn fits(known: &[&str], header: &str) -> bool {
    let header = header.trim().to_lowercase();
    known.contains(&header.replace([' ', '-'], "_").as_str()) || known.contains(&header.as_str())
}

/// Where each field is.
#[derive(Debug, Default)]
pub(super) struct Columns(HashMap<&'static str, usize>);

impl Columns {
    pub(super) fn find(header: &csv::ByteRecord, mapping: &[Mapping]) -> Result<Self, ListError> {
        let names: Option<Vec<&str>> =
            header.iter().map(|name| std::str::from_utf8(name).ok().map(str::trim)).collect();
        let names = names.ok_or(ListError::NotUtf8)?;
        if names.iter().all(|name| name.is_empty()) {
            return Err(ListError::Empty);
        }
        let mut columns = Self::default();
        for (field, known) in FIELDS {
            if let Some(at) = Self::place(field, known, &names, mapping)? {
                columns.0.insert(field, at);
            }
        }
        if columns.0.is_empty() { Err(ListError::UnknownColumns(told(&names))) } else { Ok(columns) }
    }

    /// Where one field is.
    fn place(
        field: &'static str,
        known: &[&str],
        names: &[&str],
        mapping: &[Mapping],
    ) -> Result<Option<usize>, ListError> {
        let mapped = mapping.iter().find(|mapping| mapping.field == field).map(|mapping| &mapping.column);
        let taken = |at: usize, name: &str| {
            mapping.iter().any(|mapping| match &mapping.column {
                Column::Named(column) => column.eq_ignore_ascii_case(name),
                Column::At(place) => *place == at,
                Column::Nowhere => false,
            })
        };
        let wanted = |at: usize, name: &str| match mapped {
            Some(Column::Named(column)) => column.eq_ignore_ascii_case(name),
            Some(Column::At(place)) => *place == at,
            Some(Column::Nowhere) => false,
            None => !taken(at, name) && fits(known, name),
        };
        let mut found = names.iter().enumerate().filter(|(at, name)| wanted(*at, name));
        match (found.next(), found.next(), mapped) {
            (Some((_, first)), Some((_, second)), _) => {
                Err(ListError::TwoColumns(field, (*first).into(), (*second).into()))
            }
            (Some((at, _)), None, _) => Ok(Some(at)),
            (None, _, Some(Column::Named(column))) => Err(ListError::NoSuchColumn(column.clone(), told(names))),
            (None, _, Some(Column::At(at))) => Err(ListError::NoSuchColumn((at + 1).to_string(), told(names))),
            (None, _, None | Some(Column::Nowhere)) => Ok(None),
        }
    }

    /// Whether some column holds this field.
    pub(super) fn hold(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// Columns with a header that nobody reads.
    pub(super) fn unused(&self, header: &csv::ByteRecord) -> Vec<Unused> {
        let read: HashSet<usize> = self.0.values().copied().collect();
        let names = header.iter().enumerate().filter(|(at, _)| !read.contains(at));
        let names =
            names.map(|(_, name)| String::from_utf8_lossy(name).trim().to_owned()).filter(|name| !name.is_empty());
        let mut unused: Vec<_> = names.map(|column| Unused { did_you_mean: nearest(&column), column }).collect();
        unused.sort_by_key(|unused| unused.did_you_mean.is_none());
        unused
    }

    /// What a row says.
    pub(super) fn draft(&self, record: &csv::ByteRecord, width: usize, policy: &Policy) -> Result<Draft, RowFault> {
        if record.len() != width {
            return Err(RowFault::Columns { found: record.len(), expected: width });
        }
        let field = |name: &str| -> Result<Option<&str>, RowFault> {
            let bytes = self.0.get(name).and_then(|at| record.get(*at)).unwrap_or_default();
            let text = std::str::from_utf8(bytes).map_err(|_| RowFault::NotUtf8)?;
            Ok(Some(text.trim()).filter(|text| !text.is_empty()))
        };
        let owned = |name: &str| field(name).map(|text| text.map(str::to_owned));
        let code = owned("code")?;
        if self.0.contains_key("code") && code.is_none() {
            return Err(RowFault::NoCode);
        }
        if code.as_ref().is_some_and(|code| code.contains(['\n', '\r'])) {
            return Err(RowFault::BrokenCode);
        }
        let draft = Draft {
            code,
            product: product(field("product")?, policy)?,
            admits: admits(field("admits")?)?,
            not_before: time(field("valid_from")?, policy)?,
            not_after: time(field("valid_until")?, policy)?,
            attendee: owned("name")?,
            note: owned("note")?,
            email: owned("email")?,
            reference: owned("reference")?,
            unpaid: !paid(field("paid")?)?,
        };
        draft.check(policy)?;
        Ok(draft)
    }
}
