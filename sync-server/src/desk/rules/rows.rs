//! The lists in an event's rules: areas, gates, kinds of tickets. Each has rows that are added and taken away by buttons of the
//! form, without any script.

use shared::policy::Policy;

use crate::desk::field::{Choice, Field};
use crate::desk::form::{Fields, Form};
pub(super) use crate::events::Part;
use crate::events::{Event, Spent};

/// Most rows of a list that are looked at; events have at most half as many of anything.
const ROWS: usize = 1000;

impl Part {
    /// The name of a row's field.
    pub(super) fn field(self, at: usize, field: &str) -> String {
        format!("{}.{at}.{field}", self.name())
    }
}

/// How many rows there are; they are numbered from 0 on without gaps.
pub(super) fn count(fields: &Fields, part: Part) -> usize {
    (0..ROWS).take_while(|at| fields.has(&part.field(*at, "id"))).count()
}

/// Fills in the rows.
pub(super) fn fill(mut form: Form, policy: &Policy) -> Form {
    for (at, zone) in policy.zones.iter().enumerate() {
        let capacity = zone.capacity.map_or_else(String::new, |capacity| capacity.to_string());
        form = form.with(Part::Zones.field(at, "id"), zone.id.to_string());
        form = form.with(Part::Zones.field(at, "name"), &zone.name).with(Part::Zones.field(at, "capacity"), capacity);
    }
    for (at, product) in policy.products.iter().enumerate() {
        form = form.with(Part::Products.field(at, "id"), product.id.to_string());
        form = form.with(Part::Products.field(at, "name"), &product.name);
        for zone in product.zones.iter().flatten() {
            form = form.with(Part::Products.field(at, "zones"), zone.to_string());
        }
    }
    for (at, gate) in policy.gates.iter().enumerate() {
        let from = gate.from.map_or_else(String::new, |from| from.to_string());
        form = form.with(Part::Gates.field(at, "id"), gate.id.to_string());
        form = form.with(Part::Gates.field(at, "name"), &gate.name);
        form = form.with(Part::Gates.field(at, "zone"), gate.zone.to_string());
        form = form.with(Part::Gates.field(at, "from"), from);
        for product in gate.products.iter().flatten() {
            form = form.with(Part::Gates.field(at, "products"), product.to_string());
        }
    }
    form
}

/// What is filled in after a button other than "Save" was pressed: a row more or less, or the same to be looked at.
pub(super) fn rearranged(fields: &Fields, before: Option<&Event>) -> Option<Fields> {
    let (add, remove) = (fields.get("add"), fields.get("remove"));
    if fields.has("preview") {
        return Some(fields.without("preview"));
    }
    let fields = &fields.without("add").without("remove");
    if let Some(part) = Part::ALL.into_iter().find(|part| part.name() == add) {
        let mut more = fields.clone();
        let at = count(fields, part);
        more.push(part.field(at, "id"), next_id(fields, part, before).to_string());
        if part == Part::Gates {
            // Most gates lead into the first area.
            more.push(part.field(at, "zone"), fields.get(&Part::Zones.field(0, "id")));
        }
        return Some(more);
    }
    let (part, row) = remove.split_once('.')?;
    let (part, row) = (Part::ALL.into_iter().find(|known| known.name() == part)?, row.parse::<usize>().ok()?);
    let mut fewer = Fields::default();
    for (name, value) in fields.pairs() {
        match place(name, part) {
            Some((at, _)) if at == row => {}
            Some((at, field)) if at > row => fewer.push(part.field(at - 1, field), value),
            _ => fewer.push(name, value),
        }
    }
    Some(fewer)
}

/// Row and field of a name, if it is one of this list's.
fn place(name: &str, part: Part) -> Option<(usize, &str)> {
    let (at, field) = name.strip_prefix(part.name())?.strip_prefix('.')?.split_once('.')?;
    Some((at.parse().ok()?, field))
}

/// A number that no row has, nor ever had: tickets, scanners and entries know things by it.
fn next_id(fields: &Fields, part: Part, before: Option<&Event>) -> u32 {
    let there = (0..count(fields, part)).filter_map(|at| fields.get(&part.field(at, "id")).parse().ok());
    match before {
        None => Spent::default().next(part, there),
        Some(event) => {
            let kept = part.of(&event.policy).into_iter().map(|(number, _)| number);
            event.spent.next(part, there.chain(kept))
        }
    }
}

/// A row as it is shown.
#[derive(Debug)]
pub(super) struct Row {
    /// Name and value of its number.
    pub(super) id: (String, String),
    /// Its fields.
    pub(super) fields: Vec<Field>,
    /// What the button that takes it away sends.
    pub(super) remove: String,
    /// What it is called, for that button's name.
    pub(super) name: String,
}

/// The rows of a list.
pub(super) fn shown(form: &Form, part: Part) -> Vec<Row> {
    (0..count(form.fields(), part)).map(|at| row(form, part, at)).collect()
}

fn row(form: &Form, part: Part, at: usize) -> Row {
    let (language, name) = (form.language, |field: &str| part.field(at, field));
    let any = |text: &str| language.text(text);
    let fields = match part {
        Part::Zones => vec![form.line(&name("name")).required(), form.number(&name("capacity"))],
        Part::Products => {
            let mut fields = vec![form.line(&name("name")).required()];
            if count(form.fields(), Part::Zones) > 1 {
                let zones = named(form, Part::Zones);
                fields.push(form.several(&name("zones"), &zones).hint(any("rules-none-means-all-zones")));
            }
            fields
        }
        Part::Gates => {
            let zones = named(form, Part::Zones);
            let mut fields = vec![form.line(&name("name")).required(), form.list(&name("zone"), &zones)];
            if zones.len() > 1 {
                let outside = Choice::new("", any("rules-outside"));
                fields.push(form.list(&name("from"), &[vec![outside], zones].concat()));
            }
            if count(form.fields(), Part::Products) > 1 {
                let products = named(form, Part::Products);
                fields.push(form.several(&name("products"), &products).hint(any("rules-none-means-all-products")));
            }
            fields
        }
    };
    let called = form.fields().get(&name("name")).to_owned();
    let id = (name("id"), form.fields().get(&name("id")).to_owned());
    Row { id, fields, remove: format!("{}.{at}", part.name()), name: called }
}

/// The things of a list as they are filled in now, to choose from.
fn named(form: &Form, part: Part) -> Vec<Choice> {
    let fields = form.fields();
    let choice = |at: usize| {
        let (id, name) = (fields.get(&part.field(at, "id")), fields.get(&part.field(at, "name")));
        let name = if name.is_empty() { form.label(&part.field(at, "name")) } else { name.to_owned() };
        Choice::new(id, name)
    };
    (0..count(fields, part)).map(choice).collect()
}

#[cfg(test)]
mod tests {
    use shared::ids::{EventId, OrganizationId};

    use super::*;
    use crate::desk::rules::fields::{LABELS, simple};
    use crate::desk::texts::Language;
    use crate::live::alarm::Thresholds;

    #[test]
    fn rows_come_and_go_and_no_number_comes_back() {
        let policy = simple("UTC".into(), ["Hall".into(), "North".into(), "Standard".into()]);
        let mut fields = fill(Form::new(Language::En, LABELS), &policy).fields().clone();
        let mut event = Event {
            id: EventId([1; 16]),
            organization: OrganizationId([2; 16]),
            policy,
            created: 0,
            archived: None,
            thresholds: Thresholds::default(),
            spent: Spent::default(),
        };
        for _ in 0..2 {
            fields.push("add", "gates");
            fields = rearranged(&fields, Some(&event)).unwrap();
        }
        assert_eq!(count(&fields, Part::Gates), 3);
        assert_eq!((fields.get("gates.2.id"), fields.get("gates.2.zone")), ("3", "1"));
        fields.push("remove", "gates.0");
        let fewer = rearranged(&fields, Some(&event)).unwrap();
        assert_eq!((count(&fewer, Part::Gates), fewer.get("gates.0.id"), fewer.get("gates.1.id")), (2, "2", "3"));
        assert_eq!(fewer.get("zones.0.name"), "Hall", "the rest stays");
        assert_eq!(next_id(&Fields::default(), Part::Gates, Some(&event)), 2);
        event.spent.add(Part::Gates, 2, Some("South".into()));
        assert_eq!(next_id(&Fields::default(), Part::Gates, Some(&event)), 3, "South is gone, its entries are not");
        assert_eq!(rearranged(&fewer, None), None, "nothing was pressed");
    }
}
