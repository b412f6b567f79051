//! Zones, gates and products as people write them: `Hall:500`, `North:Hall`, `VIP:Hall,Balcony`.

use clap::Args;
use shared::ids::{GateId, ProductId, ZoneId};
use shared::policy::{Gate, Policy, Product, Zone};

use crate::commands::CommandError;
use crate::events::{Event, Part, Spent};

/// Zones, gates and products to be made.
#[derive(Debug, Default, Args)]
pub struct LayoutArgs {
    /// Area people are inside of, NAME or NAME:CAPACITY; may be repeated. Zones named by gates need not be listed
    #[arg(long = "zone", value_name = "NAME[:CAPACITY]")]
    zones: Vec<String>,
    /// Door, as NAME:ZONE it leads into, or NAME:ZONE:FROM between two zones; may be repeated
    #[arg(long = "gate", value_name = "NAME:ZONE[:FROM]")]
    gates: Vec<String>,
    /// Kind of ticket, NAME or NAME:ZONE,ZONE for those that open only some; may be repeated
    #[arg(long = "product", value_name = "NAME[:ZONES]")]
    products: Vec<String>,
}

impl LayoutArgs {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.zones.is_empty() && self.gates.is_empty() && self.products.is_empty()
    }

    /// What is there, and this beside it. Numbers that are there stay: tickets and scanners know them.
    pub fn added_to(&self, layout: Layout) -> Result<Layout, CommandError> {
        let mut layout = layout;
        for text in &self.zones {
            let (name, capacity) = split(text);
            let number = |text: &str| {
                let wrong = || CommandError::Usage(format!("--zone {name}: \"{text}\" is not a number of people"));
                text.parse().map_err(|_| wrong())
            };
            let capacity = capacity.map(number).transpose()?;
            layout.add_zone(name, capacity)?;
        }
        for text in &self.gates {
            layout.add_gate(text)?;
        }
        for text in &self.products {
            layout.add_product(text)?;
        }
        Ok(layout)
    }
}

/// Zones, gates and products of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Areas.
    pub zones: Vec<Zone>,
    /// Doors.
    pub gates: Vec<Gate>,
    /// Kinds of tickets.
    pub products: Vec<Product>,
    /// Numbers nothing new may bear.
    spent: Spent,
}

impl Layout {
    /// As another event begins with it.
    pub fn of(policy: &Policy) -> Self {
        let (zones, gates, products) = (policy.zones.clone(), policy.gates.clone(), policy.products.clone());
        Self { zones, gates, products, spent: Spent::default() }
    }

    /// Of an event that goes on.
    pub fn of_event(event: &Event) -> Self {
        Self { spent: event.spent.clone(), ..Self::of(&event.policy) }
    }

    /// An event that says nothing of doors and tickets has one of each.
    pub fn or_simple(mut self) -> Result<Self, CommandError> {
        if self.gates.is_empty() {
            let zone = self.zones.first().map_or("Venue", |zone| &zone.name).to_owned();
            self.add_gate(&format!("Entrance:{zone}"))?;
        }
        if self.products.is_empty() {
            self.add_product("Standard")?;
        }
        Ok(self)
    }

    fn zone(&self, name: &str) -> Option<ZoneId> {
        self.zones.iter().find(|zone| zone.name.eq_ignore_ascii_case(name)).map(|zone| zone.id)
    }

    fn add_zone(&mut self, name: &str, capacity: Option<u32>) -> Result<ZoneId, CommandError> {
        if self.zone(name).is_some() {
            return Err(CommandError::Usage(format!("zone \"{name}\" is there twice")));
        }
        let id = ZoneId(self.spent.next(Part::Zones, self.zones.iter().map(|zone| zone.id.0)));
        self.zones.push(Zone { id, name: name.into(), capacity });
        Ok(id)
    }

    fn find_or_add(&mut self, name: &str) -> Result<ZoneId, CommandError> {
        self.zone(name).map_or_else(|| self.add_zone(name, None), Ok)
    }

    fn add_gate(&mut self, text: &str) -> Result<(), CommandError> {
        let mut parts = text.splitn(3, ':').map(str::trim);
        let name = parts.next().unwrap_or_default().to_owned();
        if self.gates.iter().any(|gate| gate.name.eq_ignore_ascii_case(&name)) {
            return Err(CommandError::Usage(format!("gate \"{name}\" is there twice")));
        }
        let zone = self.find_or_add(parts.next().unwrap_or("Venue"))?;
        let from = parts.next();
        if from.is_some_and(|from| from.contains(':')) {
            return Err(CommandError::Usage(format!(
                "--gate {text}: too many colons; it is NAME:ZONE or NAME:ZONE:FROM"
            )));
        }
        let from = from.map(|name| self.find_or_add(name)).transpose()?;
        let id = GateId(self.spent.next(Part::Gates, self.gates.iter().map(|gate| gate.id.0)));
        self.gates.push(Gate { id, name, zone, from, products: None });
        Ok(())
    }

    fn add_product(&mut self, text: &str) -> Result<(), CommandError> {
        let (name, opens) = split(text);
        if self.products.iter().any(|product| product.name.eq_ignore_ascii_case(name)) {
            return Err(CommandError::Usage(format!("product \"{name}\" is there twice")));
        }
        let there = || self.zones.iter().map(|zone| zone.name.as_str()).collect::<Vec<_>>().join(", ");
        let unknown = |zone: &str| {
            CommandError::Usage(format!("--product {name}: there is no zone \"{zone}\"; there is {}", there()))
        };
        let find = |zone: &str| self.zone(zone.trim()).ok_or_else(|| unknown(zone));
        let zones = opens.map(|list| list.split(',').map(find).collect::<Result<Vec<_>, _>>()).transpose()?;
        let id = ProductId(self.spent.next(Part::Products, self.products.iter().map(|product| product.id.0)));
        self.products.push(Product { id, name: name.into(), zones });
        Ok(())
    }
}

/// A name, and what stands behind the colon.
fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once(':').map_or((text.trim(), None), |(name, rest)| (name.trim(), Some(rest.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_keeps_the_numbers_that_are_there() {
        let first = LayoutArgs { gates: vec!["North:Hall".into()], ..LayoutArgs::default() };
        let mut there = first.added_to(Layout::default()).unwrap().or_simple().unwrap();
        there.gates[0].id = GateId(7);
        let more = LayoutArgs {
            zones: vec!["Attic:40".into()],
            gates: vec!["Stairs:attic:Hall".into()],
            products: vec!["VIP:Hall,Attic".into()],
        };
        let now = more.added_to(there.clone()).unwrap();
        assert_eq!((&now.gates[0], now.gates[1].id), (&there.gates[0], GateId(8)));
        assert_eq!((now.gates[1].zone, now.gates[1].from), (ZoneId(2), Some(ZoneId(1))));
        assert_eq!((now.products[1].id, &now.products[1].zones), (ProductId(2), &Some(vec![ZoneId(1), ZoneId(2)])));
        let again = |args: LayoutArgs| args.added_to(now.clone()).unwrap_err().to_string();
        assert!(again(LayoutArgs { products: vec!["vip".into()], ..LayoutArgs::default() }).contains("twice"));
        assert!(again(LayoutArgs { gates: vec!["North".into()], ..LayoutArgs::default() }).contains("twice"));
        assert!(
            again(LayoutArgs { products: vec!["X:Cellar".into()], ..LayoutArgs::default() }).contains("Hall, Attic")
        );
    }
}
