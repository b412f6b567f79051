//! Reading of texts (PROTOCOL.md section 4) against the golden vectors, and our tickets against another COSE library.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use shared::cose::{self, SigningKey};
use shared::ids::{ProductId, TicketKey, to_hex};
use shared::ticket::{Code, Secret, Ticket, opaque_key};
use shared::trust::{Keyset, TrustError};
use turnstone_tests::golden::{Findings, Vector, event, fixtures, trust, vectors};

fn name(code: &Code) -> &'static str {
    match code {
        Code::Ticket { .. } => "ticket",
        Code::OtherEvent(_) => "other_event",
        Code::Forged(_) => "forged",
        Code::UnknownKey(_) => "unknown_key",
        Code::Damaged => "damaged",
        Code::TooLong(_) => "too_long",
        Code::Opaque(_) => "opaque",
    }
}

/// The keyset of the reading device. One vector lists a key of small order; such a keyset is refused as a whole, and
/// even a device that held it would not be deceived.
fn keyset(vector: &Vector) -> Keyset {
    if vector.name == "tickets/bad-forged-small-order-key.json" {
        assert!(matches!(trust(&vector.json), Err(TrustError::BadKey(_))), "{}: the keyset is taken", vector.name);
        return cose::peek(&vector.json.at("keyset").bytes()).unwrap();
    }
    trust(&vector.json).unwrap().keyset().clone()
}

fn check(vector: &Vector, findings: &mut Findings) {
    let expect = vector.json.at("expect");
    let code = Code::read(&vector.json.at("text").str(), event(&vector.json), &keyset(vector));
    findings.expect(vector, "reading", name(&code).to_owned(), expect.at("reading").str());
    if let Some(key) = expect.opt("ticket_key") {
        findings.expect(vector, "ticket key", code.key(), Some(key.id::<TicketKey>()));
    }
    if let Some(text) = expect.opt("text") {
        findings.expect(vector, "key of the text", code.key(), Some(opaque_key(event(&vector.json), &text.str())));
    }
    if let Some(signer) = expect.opt("key_id") {
        let public = vector.json.at("ticket_public_key").public_key();
        findings.expect(vector, "key id", cose::key_id(&public), signer.id());
    }
    let Code::Ticket { ticket, .. } = code else { return };
    let members = Ticket {
        secret: Secret(expect.at("secret").bytes().try_into().unwrap()),
        generation: expect.at("generation").number(),
        product: ProductId(expect.at("product").number()),
        not_after: expect.opt("not_after").map(|s| s.number()),
        not_before: expect.opt("not_before").map(|s| s.number()),
        admits: ticket.admits,
    };
    findings.expect(vector, "people", ticket.people(), expect.at("admits").number());
    findings.expect(vector, "members", ticket, members);
}

#[test]
fn texts_are_read_as_the_independent_generator_expects() {
    let mut findings = Findings::default();
    for vector in vectors("tickets", None, 20, 45) {
        check(&vector, &mut findings);
    }
    findings.settle();
}

/// `$TURNSTONE_PYTHON`, else `python3`, if it has the libraries of `fixtures/requirements.txt`; else why not.
fn python() -> Result<PathBuf, String> {
    let python = PathBuf::from(std::env::var_os("TURNSTONE_PYTHON").unwrap_or_else(|| "python3".into()));
    let probe = Command::new(&python).args(["-c", "import base45, cbor2, cryptography, pycose"]).output();
    match probe {
        Err(error) => Err(format!("{}: {error}", python.display())),
        Ok(output) if output.status.success() => Ok(python),
        Ok(output) => {
            let stderr = String::from_utf8_lossy(&output.stderr);
            Err(format!("{}: {}", python.display(), stderr.trim().lines().last().unwrap_or("does not work")))
        }
    }
}

/// One JSON object for each code; and whether all were right.
fn verified_elsewhere(python: &PathBuf, key: &SigningKey, codes: &[String]) -> (bool, Vec<Value>) {
    let mut child = Command::new(python)
        .arg(fixtures().join("verify.py"))
        .arg(to_hex(key.verifying_key().as_bytes()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all((codes.join("\n") + "\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    (output.status.success(), lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn our_tickets_verify_in_an_independent_cose_library() {
    let python = match python() {
        Ok(python) => python,
        Err(why) => {
            eprintln!(
                "SKIPPED our_tickets_verify_in_an_independent_cose_library: no Python with fixtures/requirements.txt ({why})"
            );
            return;
        }
    };
    let key = SigningKey::from_bytes(&[0x42; 32]);
    let tickets: Vec<Ticket> = (0..40u8)
        .map(|n| Ticket {
            secret: Secret([n; 16]),
            generation: 1 << (n % 32),
            product: ProductId(u32::from(n) * 1000),
            not_after: (n % 2 == 0).then_some(1_782_000_000 + i64::from(n)),
            not_before: (n % 3 == 0).then_some(-1),
            admits: (n % 5 == 0).then_some(u32::from(n)),
        })
        .collect();
    let codes: Vec<String> = tickets.iter().map(|ticket| ticket.code(&key)).collect();
    let (all_right, answers) = verified_elsewhere(&python, &key, &codes);
    assert!(all_right, "{answers:?}");
    assert_eq!(answers.len(), tickets.len());
    for (ticket, answer) in tickets.iter().zip(answers) {
        assert_eq!(answer["ok"], true, "{answer}");
        assert_eq!(answer["secret"], to_hex(&ticket.secret.0));
        assert_eq!(answer["generation"], ticket.generation);
        assert_eq!(answer["product"], ticket.product.0);
        assert_eq!(answer["not_after"].as_i64(), ticket.not_after);
        assert_eq!(answer["not_before"].as_i64(), ticket.not_before);
        assert_eq!(answer["admits"].as_u64(), ticket.admits.map(u64::from));
    }
    let (all_right, answers) = verified_elsewhere(&python, &SigningKey::from_bytes(&[0x43; 32]), &codes[..1]);
    assert!(!all_right && answers[0]["ok"] == false, "another key's ticket passes: {answers:?}");
}
