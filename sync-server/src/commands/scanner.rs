//! `scanner`: register, list and revoke scanners.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde_json::{Value, json};
use shared::ids::{EventId, GateId};
use shared::policy::Policy;
use url::Url;

use super::{CommandError, Context, Report, select};
use crate::config::web_address;
use crate::device::invite::{Invited, Registration, is_good_here_only, namesake, register};
use crate::device::{MAX_NAME_CHARS, SILENT_AFTER_MS, Scanner, ScannerState};
use crate::events::day;
use crate::http::scanners::body::RoleBody;
use crate::invalid::Checks;
use crate::people::{Organization, Viewer};
use crate::publish::publish;
use crate::store::device::ChangeScanner;
use crate::store::manifest::AfterRestore;
use crate::store::{DeviceStore, SqliteStore};
use crate::tickets::qr::{ErrorCorrection, Qr};

/// Scanners.
#[derive(Debug, Subcommand)]
pub enum ScannerCommand {
    /// Register a scanner and show the code that enrols its device
    Register(Box<RegisterArgs>),
    /// List scanners and how they are
    List {
        /// Organization, by name or id [default: the only one]
        #[arg(long)]
        organization: Option<String>,
    },
    /// Revoke a scanner, for good: a lost or stolen device
    Revoke {
        /// Scanner, by name or id
        scanner: String,
        /// Organization, by name or id [default: the only one]
        #[arg(long)]
        organization: Option<String>,
    },
}

/// A scanner to be registered.
#[derive(Debug, Args)]
pub struct RegisterArgs {
    /// What people call it, as "North 1"
    #[arg(value_name = "NAME", required_unless_present = "name_option", conflicts_with = "name_option")]
    name: Option<String>,
    /// The same as an option
    #[arg(long = "name", value_name = "NAME", hide = true)]
    name_option: Option<String>,
    /// Event it scans for, by name or id; may be repeated [default: the only one]
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
    /// Gate it stands at, by name or number
    #[arg(long)]
    gate: Option<String>,
    /// What it may do
    #[arg(long, value_enum, default_value = "scan")]
    role: RoleBody,
    /// Where scanners reach the server
    #[arg(long, env = "TURNSTONE_PUBLIC_URL", default_value = "http://127.0.0.1:8080", value_name = "URL",
          value_parser = web_address)]
    server: Url,
    /// Also write the code as a picture (PNG, or SVG by its ending)
    #[arg(long, value_name = "FILE")]
    qr_out: Option<PathBuf>,
    /// Register it although another scanner of the event has this name
    #[arg(long)]
    same_name: bool,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Carries out a verb.
pub async fn run(context: &Context, command: ScannerCommand) -> Result<Report, CommandError> {
    match command {
        ScannerCommand::Register(args) => enlist(context, *args).await,
        ScannerCommand::List { organization } => list(context, organization.as_deref()).await,
        ScannerCommand::Revoke { scanner, organization } => revoke(context, &scanner, organization.as_deref()).await,
    }
}

async fn enlist(context: &Context, args: RegisterArgs) -> Result<Report, CommandError> {
    let Some(name) = args.name.or(args.name_option) else {
        return Err(CommandError::Usage("a name is needed, as \"North 1\"".into()));
    };
    let mut checks = Checks::default();
    checks.text("the name", &name, MAX_NAME_CHARS);
    checks.finish().map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        CommandError::Usage(lines.join("\n"))
    })?;
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let mut events = vec![];
    let mut gate = None;
    let mut wanted: Vec<Option<&str>> = args.events.iter().map(|one| Some(one.as_str())).collect();
    if wanted.is_empty() {
        wanted.push(None);
    }
    for wanted in wanted {
        let event = select::event_or_only(&store, &organization, wanted).await?;
        if let (None, Some(text)) = (gate, &args.gate) {
            gate = Some(find_gate(&event.policy, text)?);
        }
        events.push(event.id);
    }
    if !args.same_name {
        refuse_namesake(&store, &organization, &name, &events).await?;
    }
    let actor = context.actor(organization.id);
    let registration = Registration { name, gate, role: args.role.into(), events };
    let outcome = register(&store, &*context.entropy, &args.server, actor, registration).await?;
    let invited =
        outcome.map_err(|why| CommandError::refused(format!("the scanner was not registered: {}", why.reason())))?;
    let code = invited.invitation.to_code();
    if let Some(path) = &args.qr_out {
        write_picture(path, &code)?;
    }
    Ok(report(&invited, &code, args.qr_out.as_deref()))
}

/// Two devices of one name at one event cannot be told apart at the door.
async fn refuse_namesake(
    store: &SqliteStore,
    organization: &Organization,
    name: &str,
    events: &[EventId],
) -> Result<(), CommandError> {
    let Some(there) = namesake(store, organization.id, name, events).await? else { return Ok(()) };
    Err(CommandError::named(
        "same_name",
        format!("a scanner called \"{}\" is enrolled for this event already ({})", there.name, there.id),
        "Give this one another name. If it takes the place of a lost device, `scanner revoke` that one first; \
         --same-name registers another one all the same.",
    ))
}

fn find_gate(policy: &Policy, wanted: &str) -> Result<GateId, CommandError> {
    let fits = |gate: &&shared::policy::Gate| gate.name == wanted || gate.id.to_string() == wanted;
    let names = || policy.gates.iter().map(|gate| gate.name.as_str()).collect::<Vec<_>>().join(", ");
    let unknown = || CommandError::refused(format!("there is no gate \"{wanted}\"; there is {}", names()));
    policy.gates.iter().find(fits).map(|gate| gate.id).ok_or_else(unknown)
}

fn write_picture(path: &std::path::Path, code: &str) -> Result<(), CommandError> {
    let qr = Qr::new(code, ErrorCorrection::M).map_err(CommandError::internal)?;
    let vector = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg"));
    let bytes = if vector { qr.svg().into_bytes() } else { qr.png().map_err(CommandError::internal)? };
    std::fs::write(path, bytes).map_err(|error| CommandError::file(path, error))
}

/// A word of warning where the address in the code means another machine on every device.
fn reach(server: &str) -> &'static str {
    if is_good_here_only(server) {
        "\nThe server's address in it is good on this machine only; for another device register again with --server \
         and the address it reaches the server at, as http://192.168.1.10:8080."
    } else {
        ""
    }
}

fn report(invited: &Invited, code: &str, file: Option<&std::path::Path>) -> Report {
    let picture = QrCode::with_error_correction_level(code, EcLevel::M)
        .map(|qr| qr.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
        .unwrap_or_default();
    let url = invited.invitation.to_url();
    let scanner = &invited.scanner;
    let text = format!(
        "{picture}\nScanner: {} ({})\nScan this with its device, or run there:\n  scanner enrol '{url}'\nGood once, for 15 minutes.{}",
        scanner.name,
        scanner.id,
        reach(&invited.invitation.server)
    );
    let json = json!({
        "scanner": scanner.id, "name": scanner.name, "url": url, "code": code,
        "expires": invited.invitation.expires, "file": file,
    });
    Report::new(text, json)
}

async fn list(context: &Context, organization: Option<&str>) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, organization).await?;
    let now = context.now_ms();
    let scanners = store.scanners(Viewer::admin(organization.id)).await?;
    let mut lines: Vec<_> = scanners.iter().map(|scanner| line(scanner, now)).collect();
    if lines.is_empty() {
        lines.push("no scanners yet; `scanner register` makes one".into());
    }
    let json: Vec<_> = scanners.iter().map(|scanner| facts(scanner, now)).collect();
    Ok(Report::new(lines.join("\n"), json!({ "scanners": json })))
}

fn line(scanner: &Scanner, now: i64) -> String {
    let seen = scanner.presence.as_ref().map_or_else(
        || "never heard of".into(),
        |there| {
            let ago = now.saturating_sub(there.seen);
            let online = ago <= SILENT_AFTER_MS && scanner.state() == ScannerState::Active;
            if online { "online".into() } else { format!("last heard of {}", day(there.seen, "UTC")) }
        },
    );
    let pending = scanner.presence.as_ref().map_or(0, |there| there.pending);
    let waiting = if pending > 0 { format!(", {pending} entries not sent") } else { String::new() };
    let disputed = if scanner.disputed { ", DISPUTED: two chains in one feed" } else { "" };
    format!("{}  {:<8}  {}  ({seen}{waiting}{disputed})", scanner.id, state(scanner), scanner.name)
}

fn state(scanner: &Scanner) -> &'static str {
    match scanner.state() {
        ScannerState::Invited => "invited",
        ScannerState::Active => "active",
        ScannerState::Revoked => "revoked",
    }
}

fn facts(scanner: &Scanner, now: i64) -> Value {
    json!({
        "scanner": scanner.id, "name": scanner.name, "state": state(scanner), "gate": scanner.gate,
        "role": RoleBody::from(scanner.role), "events": scanner.events, "revoked": scanner.revoked,
        "disputed": scanner.disputed, "presence": scanner.presence,
        "online": scanner.presence.as_ref().is_some_and(|there| now.saturating_sub(there.seen) <= SILENT_AFTER_MS),
    })
}

async fn find(store: &SqliteStore, organization: &Organization, wanted: &str) -> Result<Scanner, CommandError> {
    let all = store.scanners(Viewer::admin(organization.id)).await?;
    let fits = |one: &&Scanner| one.name == wanted || one.id.to_string() == wanted;
    let found: Vec<_> = all.iter().filter(fits).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(CommandError::refused(format!("there is no scanner \"{wanted}\"; `scanner list` shows them"))),
        several => {
            let ids: Vec<_> = several.iter().map(|one| format!("{} ({})", one.id, state(one))).collect();
            let text = format!("{} scanners are called \"{wanted}\"; give the id: {}", several.len(), ids.join(", "));
            Err(CommandError::Usage(text))
        }
    }
}

async fn revoke(context: &Context, wanted: &str, organization: Option<&str>) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, organization).await?;
    let scanner = find(&store, &organization, wanted).await?;
    let outcome = store.revoke_scanner(context.actor(organization.id), scanner.id).await?;
    let ChangeScanner::Done(scanner) = outcome else {
        return Err(CommandError::refused(format!("the scanner was not revoked: {}", outcome.reason())));
    };
    for event in &scanner.events {
        publish(
            &store,
            &*context.clock,
            &*context.entropy,
            context.actor(organization.id),
            *event,
            false,
            AfterRestore::Wait,
        )
        .await?;
    }
    let cuts: Vec<_> = scanner.feeds.iter().map(|feed| json!({ "feed": feed.feed, "cut": feed.cut })).collect();
    let text = format!(
        "{} is revoked; the other scanners hear of it with their next list.\n\
         What it logged up to the last entry this server had heard of still counts; anything later is kept apart.",
        scanner.name
    );
    Ok(Report::new(text, json!({ "scanner": scanner.id, "revoked": scanner.revoked, "cuts": cuts })))
}
