//! "Ready for doors?" as a page: the same checks as `scanner doctor`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use fluent_templates::fluent_bundle::FluentValue;
use serde::Serialize;

use crate::commands::doctor::{Check, Fact, State as How, examine};
use crate::commands::words::times;

use super::problem::Problem;
use super::reader::Reader;
use super::state::Door;
use super::texts::Language;
use super::wording::span;

/// All checks and what they come to.
#[derive(Debug, Serialize)]
pub(super) struct Readiness {
    state: How,
    says: String,
    checks: Vec<Line>,
}

/// One check in the reader's words, for somebody without a terminal.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Line {
    check: String,
    state: How,
    says: String,
    /// What to do; absent where all is well.
    #[serde(rename = "do")]
    advice: Option<String>,
}

impl Line {
    fn of(check: &Check, language: Language) -> Self {
        let value = |fact: &Fact| match fact {
            Fact::Text(text) => FluentValue::from(text.clone()),
            Fact::Number(number) => (*number).into(),
            Fact::Span(ms) => span(*ms, language).into(),
            Fact::Moment(ms) => times::full(*ms, "UTC").into(),
        };
        let facts = check.facts.iter().map(|(name, fact)| (*name, value(fact)));
        Self {
            check: language.text(&format!("check-{}", check.check.replace(' ', "-"))),
            state: check.state,
            says: language.fill_all(&format!("found-{}", check.code), facts),
            advice: (check.state != How::Ok).then(|| language.text(&format!("do-{}", check.code))),
        }
    }
}

/// Looks at everything; takes as long as the server takes to answer, at most some seconds.
pub(super) async fn doctor(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
) -> Result<Json<Readiness>, Problem> {
    let checks = examine(door.device()).await.map_err(|failure| Problem::of(&failure, language))?;
    let state = checks.iter().map(|check| check.state).max().unwrap_or(How::Ok);
    let says = language.text(match state {
        How::Ok => "doctor-ok",
        How::Warn => "doctor-warn",
        How::Fail => "doctor-fail",
    });
    let checks = checks.iter().map(|check| Line::of(check, language)).collect();
    Ok(Json(Readiness { state, says, checks }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `doctor` can find, from its own source: nothing new can be forgotten here.
    fn codes() -> Vec<(&'static str, &'static str)> {
        let source = include_str!("../commands/doctor/mod.rs");
        let calls = source.split("name::").skip(1).filter_map(|part| {
            let code = part.split_once(", \"")?.1.split('"').next()?;
            let called = part.split_once(',')?.0;
            (called.chars().all(|c| c.is_ascii_uppercase())).then_some((called, code))
        });
        calls.collect()
    }

    #[test]
    fn everything_doctor_finds_is_said_in_every_language() {
        let codes = codes();
        assert!(codes.len() > 30, "{codes:?}");
        let facts = ["name", "organization", "time", "span", "gate", "event", "version", "expired", "server", "why"]
            .map(|name| (name, FluentValue::from("?")));
        let numbers = ["tickets", "have", "total", "offset", "error", "entries", "logs", "mib", "kib", "percent", "ms"]
            .map(|name| (name, FluentValue::from(2)));
        for language in Language::ALL {
            for (_, code) in &codes {
                let said =
                    language.fill_all(&format!("found-{code}"), facts.clone().into_iter().chain(numbers.clone()));
                assert!(!said.starts_with("Unknown") && !said.contains("{$"), "{}: {code}: {said}", language.tag());
            }
        }
    }

    #[test]
    fn what_to_do_is_said_to_somebody_without_a_terminal() {
        let source = include_str!("../commands/doctor/mod.rs");
        for (_, code) in codes() {
            let found_wanting = ["warn(", "fail("].iter().any(|call| {
                source
                    .split(call)
                    .skip(1)
                    .any(|part| part.chars().take(60).collect::<String>().contains(&format!("\"{code}\"")))
            });
            for language in Language::ALL.into_iter().filter(|_| found_wanting) {
                let advice = language.text(&format!("do-{code}"));
                assert!(
                    !advice.starts_with("Unknown") && !advice.contains('`'),
                    "{}: {code}: {advice}",
                    language.tag()
                );
            }
        }
    }
}
