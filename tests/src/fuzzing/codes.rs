//! Texts that people show or paste: ticket codes and enrolment invitations.

use std::sync::LazyLock;

use shared::api::Invitation;
use shared::cose::Domain;
use shared::entry::Direction;
use shared::manifest::Record;
use shared::ticket::{Code, MAX_CODE_BYTES, PREFIX};
use shared::time::Interval;
use shared::verdict::{History, Question, Staleness, judge};

use super::world::{content, signed, world};
use crate::golden::{Node, vectors};

/// The records of the golden list.
static RECORDS: LazyLock<Vec<Record>> = LazyLock::new(|| {
    let records = world().list.at("buckets").items()[0].items();
    records.iter().map(|record| Record::read(&record.bytes()).expect("a golden record")).collect()
});

/// A text from the camera: read, looked up, judged both ways. Bytes that are no text cannot come from a QR reader.
pub(super) fn qr(input: &[u8]) {
    let world = world();
    if let Ok(text) = std::str::from_utf8(input) {
        scan(text);
        // The same content, signed by the event's own key.
        let body = text.trim().strip_prefix(PREFIX).and_then(|body| base45::decode(body).ok());
        if let Some(envelope) = body {
            scan(&format!("{PREFIX}{}", base45::encode(signed(Domain::Ticket, &world.tickets, &envelope))));
        }
    }
    scan(&format!("{PREFIX}{}", base45::encode(signed(Domain::Ticket, &world.tickets, input))));
}

fn scan(text: &str) {
    let world = world();
    let code = Code::read(text, world.event, world.trust.keyset());
    assert!(text.trim().len() <= MAX_CODE_BYTES || matches!(code, Code::TooLong(_)), "too long and read: {code:?}");
    let record = RECORDS.iter().find(|record| Some(record.key) == code.key());
    let history = History::default();
    for direction in [Direction::Entry, Direction::Exit] {
        for gate in &world.header.policy.gates {
            let question = Question {
                code: &code,
                record,
                history: &history,
                policy: &world.header.policy,
                gate,
                direction,
                people: None,
                now: Interval::new(world.now - 1, world.now + 1),
                staleness: Staleness::Fresh,
                held: None,
                by_override: false,
            };
            let answer = judge(&question);
            let trusted = matches!(code, Code::Ticket { .. } | Code::Opaque(_)) || direction == Direction::Exit;
            assert!(trusted || answer.verdict.passes().is_none(), "{code:?} was let in: {answer:?}");
        }
    }
}

/// Golden texts of tickets.
pub(super) fn qr_corpus() -> Vec<Vec<u8>> {
    let texts = vectors("tickets", None, 10, 30);
    let mut corpus: Vec<Vec<u8>> = texts.iter().map(|vector| vector.json.at("text").str().into_bytes()).collect();
    let bodies: Vec<Vec<u8>> = texts
        .iter()
        .filter_map(|vector| base45::decode(vector.json.at("text").str().strip_prefix(PREFIX)?).ok())
        .map(|envelope| content(&envelope))
        .collect();
    corpus.extend(bodies);
    corpus
}

/// A text that somebody takes for an invitation.
pub(super) fn enrolment(input: &[u8]) {
    let texts = [
        String::from_utf8_lossy(input).into_owned(),
        format!("TSE1:{}", base45::encode(input)),
        format!("https://a.example/enrol#{}", base64_url(input)),
    ];
    for text in texts {
        if let Ok(invitation) = Invitation::read(&text) {
            assert_eq!(Invitation::read(&invitation.to_code()).as_ref(), Ok(&invitation), "it survives its own code");
            assert_eq!(Invitation::read(&invitation.to_url()).as_ref(), Ok(&invitation), "and its own link");
        }
    }
}

fn base64_url(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Golden invitations, as texts and as the CBOR in them.
pub(super) fn enrolment_corpus() -> Vec<Vec<u8>> {
    let texts: Vec<String> =
        vectors("trust", Some("invitation"), 3, 5).iter().map(|vector| vector.json.at("text").str()).collect();
    let inner = texts.iter().filter_map(|text| base45::decode(text.trim().strip_prefix("TSE1:")?).ok());
    let inner: Vec<Vec<u8>> = inner.collect();
    texts.into_iter().map(String::into_bytes).chain(inner).collect()
}

/// Bytes of a member, where it is there.
pub(super) fn bytes_of(node: &Node, member: &str) -> Option<Vec<u8>> {
    node.opt(member).map(|bytes| bytes.bytes())
}
