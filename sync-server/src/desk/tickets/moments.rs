//! A ticket's story as a list of moments, in order of time.

use std::collections::BTreeMap;

use shared::ids::{EntryId, GateId};
use shared::merge::Label;
use shared::policy::Policy;
use shared::time::Interval;

use super::super::texts::Language;
use super::super::times;
use crate::http::truth::body::{ConflictBody, EntryBody};
use crate::people::AuditRecord;
use crate::store::truth::EntryRow;
use crate::tickets::story::TicketStory;

/// From this distance (ms) a time is told with how far the truth can be from it.
const TOLD_ERROR_MS: i64 = 1000;

/// Something that happened to a ticket.
pub(super) struct Moment {
    /// When (ms); for the order.
    at: i64,
    /// When, in words.
    pub(super) when: String,
    /// How sure that is, where it is not.
    pub(super) sure: Option<String>,
    /// What happened.
    pub(super) what: String,
    /// What kind of moment it is: `act`, `in`, `out`, `refused`, `conflict`, `apart`.
    pub(super) kind: &'static str,
    /// Who did it, or where.
    pub(super) by: String,
    /// Words of people: reasons and notes.
    pub(super) words: Vec<String>,
    /// Sentences of ours.
    pub(super) more: Vec<String>,
}

struct Teller<'a> {
    language: Language,
    policy: &'a Policy,
}

/// The story, oldest first.
pub(super) fn moments(language: Language, policy: &Policy, story: TicketStory) -> Vec<Moment> {
    let teller = Teller { language, policy };
    let conflicts = story.conflicts.into_iter().map(|row| ConflictBody::new(row, policy));
    let conflicts: BTreeMap<EntryId, ConflictBody> = conflicts.map(|conflict| (conflict.id, conflict)).collect();
    let made = story.record.ticket.created;
    let added = story.record.added.as_ref().map(|record| teller.act(record, "act-ticket_added"));
    let mut all = vec![added.unwrap_or_else(|| teller.taken_over(made))];
    all.extend(story.record.acts.iter().map(|record| teller.act(record, "")));
    for row in story.entries {
        let conflict = conflicts.get(&row.entry.id);
        all.push(teller.entry(row, conflict));
    }
    all.sort_by_key(|moment| moment.at);
    all
}

impl Teller<'_> {
    fn moment(&self, at: i64, kind: &'static str, what: String, by: String) -> Moment {
        let when = times::second(at, &self.policy.time_zone);
        Moment { at, when, sure: None, what, kind, by, words: vec![], more: vec![] }
    }

    fn taken_over(&self, at: i64) -> Moment {
        self.moment(at, "act", self.language.text("ticket-taken-over"), String::new())
    }

    /// An administrator's act. `name` is the text to tell it by, if it is not the act's own.
    fn act(&self, record: &AuditRecord, name: &str) -> Moment {
        let what = if name.is_empty() { act_text(self.language, &record.action) } else { self.language.text(name) };
        let mut moment = self.moment(record.at, "act", what, record.actor.clone());
        let detail: serde_json::Value =
            record.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        moment.words.extend(detail["reason"].as_str().map(str::to_owned));
        if let Some(paid) = detail["paid"].as_bool() {
            let text = if paid { "moment-paid" } else { "moment-not-paid" };
            moment.more.push(self.language.text(text));
        }
        moment
    }

    /// Something a scanner logged.
    fn entry(&self, row: EntryRow, conflict: Option<&ConflictBody>) -> Moment {
        let (label, time) = (row.label, row.time);
        let body = EntryBody::from(row);
        let what = self.language.text(&format!("moment-{}", label.name()));
        let place = body.gate.map(|gate| self.gate(gate));
        let by = [place, Some(body.scanner_name.clone())].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let mut moment = self.moment(time.at, kind(label), what, by);
        moment.sure = self.sure(time);
        if label == Label::Refused
            && let Some(verdict) = body.verdict
        {
            moment.more.push(self.language.text(&format!("verdict-{verdict}")));
        }
        if body.people.abs() > 1 {
            moment.more.push(self.language.fill("moment-people", [("n", body.people.abs().into())]));
        }
        if label == Label::Voided {
            moment.more.push(self.language.text("moment-voided-means"));
        }
        if body.second_branch {
            moment.more.push(self.language.text("moment-second-branch"));
        }
        moment.words.extend(body.reason);
        moment.words.extend(body.operator.map(|who| self.language.fill("moment-operator", [("who", who.into())])));
        if let Some(conflict) = conflict {
            moment.kind = "conflict";
            moment.more.push(conflict.told.get(self.language.tag()).unwrap_or(&conflict.text).clone());
            match &conflict.note {
                Some(note) => {
                    let at = times::minute(note.at, &self.policy.time_zone);
                    let by = [("who", note.by.clone().into()), ("at", at.into())];
                    moment.more.push(self.language.fill("moment-noted", by));
                    moment.words.push(note.text.clone());
                }
                None => moment.more.push(self.language.text("moment-not-noted")),
            }
        }
        moment
    }

    fn gate(&self, gate: GateId) -> String {
        let nameless = || self.language.fill("gate-nameless", [("n", gate.0.into())]);
        self.policy.gate(gate).map_or_else(nameless, |gate| gate.name.clone())
    }

    /// How sure a time is, where somebody should know.
    fn sure(&self, time: Interval) -> Option<String> {
        if time.uncertain {
            let zone = &self.policy.time_zone;
            let range = [("from", times::second(time.lo, zone).into()), ("until", times::second(time.hi, zone).into())];
            return Some(self.language.fill("moment-unsure", range));
        }
        let error = time.error();
        let seconds = error.saturating_add(TOLD_ERROR_MS - 1) / TOLD_ERROR_MS;
        (error >= TOLD_ERROR_MS).then(|| self.language.fill("moment-about", [("n", seconds.into())]))
    }
}

fn kind(label: Label) -> &'static str {
    match label {
        Label::Ok | Label::Reentry | Label::Override => "in",
        Label::Exit | Label::ExitUnmatched => "out",
        Label::Duplicate => "conflict",
        Label::Refused => "refused",
        _ => "apart",
    }
}

/// An administrator's act in words; its stable name where there are none.
pub(in crate::desk) fn act_text(language: Language, action: &str) -> String {
    let name = format!("act-{}", action.replace('.', "_"));
    language.known(&name, &std::collections::HashMap::new()).unwrap_or_else(|| action.to_owned())
}
