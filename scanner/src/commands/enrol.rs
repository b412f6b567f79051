//! `scanner enrol`: trade the administrator's code for a certificate.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use shared::api::{Invitation, InvitationError, SyncApi};
use shared::ids::{EventId, GateId, ScannerId};
use shared::trust::ScannerRole;

use crate::camera::{self, Effort};
use crate::device::name_of_this_machine;
use crate::engine::Engine;
use crate::net::{Authority, HttpApi};

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::words::clean;

/// The code, as text or picture.
#[derive(Debug, Args)]
pub struct Enrol {
    #[command(flatten)]
    code: Code,
    /// What the administrator sees of this device; otherwise its host name and kind
    #[arg(long, value_name = "NAME")]
    device_name: Option<String>,
    /// The authority (PEM) that vouches for the server's https:// certificate, where a venue has its own; it is remembered,
    /// and no other counts then
    #[arg(long, value_name = "FILE.pem")]
    ca: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Code {
    /// The link or the text (TSE1:…) below the administrator's QR code
    #[arg(value_name = "URL-or-TEXT")]
    text: Option<String>,
    /// A picture of the administrator's QR code
    #[arg(long, value_name = "IMAGE")]
    qr: Option<PathBuf>,
}

/// A new scanner.
#[derive(Debug, Serialize)]
pub struct EnrolShown {
    kind: &'static str,
    /// Its id.
    pub scanner: ScannerId,
    name: String,
    role: ScannerRole,
    organization: String,
    server: String,
    events: Vec<EventId>,
    gate: Option<GateId>,
    valid_until: i64,
}

impl EnrolShown {
    /// Name people use for it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Name of its organization.
    pub fn organization(&self) -> &str {
        &self.organization
    }
}

impl Enrol {
    /// The invitation that was given, as text or picture.
    pub fn invitation(&self) -> Result<Invitation, Failure> {
        match (&self.code.text, &self.code.qr) {
            (Some(text), _) => Ok(Invitation::read(text)?),
            (None, Some(picture)) => read_picture(picture),
            (None, None) => Err(Failure::Usage("give the enrolment code, or a picture of it (--qr)".into())),
        }
    }
}

/// Runs the verb with the invitation it was given.
pub async fn run(
    device: &Device,
    verb: Enrol,
    invitation: Option<Invitation>,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let invitation = invitation.map_or_else(|| verb.invitation(), Ok)?;
    let name = verb.device_name.unwrap_or_else(name_of_this_machine);
    let authority = verb.ca.as_deref().map(read_authority).transpose()?;
    printer.say(&enrol(device, invitation, name, authority).await?)?;
    Ok(Exit::Done)
}

/// Enrols with an invitation. The private key is made here and never leaves; the invitation's fingerprint decides whether
/// the answer is believed. `authority` (PEM) vouches for an https:// server instead of the system's.
pub async fn enrol(
    device: &Device,
    invitation: Invitation,
    name: String,
    authority: Option<Vec<u8>>,
) -> Result<EnrolShown, Failure> {
    let trusted = authority.as_deref().map(Authority::read).transpose();
    let trusted = trusted.map_err(|why| Failure::Authority { path: "--ca".into(), why })?;
    let api = HttpApi::new(&invitation.server, trusted.as_ref())?;
    let asked = invitation.clone();
    let request = device.ask(move |engine| engine.enrol_request(&asked, &name)).await?;
    let response = api.enrol(request).await?;
    let scanner = device.ask(move |engine| engine.install(&invitation, &response)).await?;
    Authority::remember(device.folder(), authority.as_deref()).map_err(Failure::Output)?;
    let status = device.ask(Engine::status).await?;
    let enrolled = status.enrolled.ok_or_else(|| Failure::NoScanner(device.folder().to_owned()))?;
    Ok(EnrolShown {
        kind: "enrol",
        scanner,
        name: enrolled.name,
        role: enrolled.role,
        organization: enrolled.organization_name,
        server: enrolled.server,
        events: enrolled.events,
        gate: enrolled.registered_gate,
        valid_until: enrolled.valid_until,
    })
}

/// The bytes of an authority's file, looked at before anything is asked of the server.
fn read_authority(path: &Path) -> Result<Vec<u8>, Failure> {
    let wrong = |why: String| Failure::Authority { path: path.to_owned(), why };
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    Authority::read(&pem).map_err(wrong)?;
    Ok(pem)
}

/// The invitation in a picture; of several codes, the one nearest the middle that is one.
fn read_picture(path: &Path) -> Result<Invitation, Failure> {
    let picture = camera::open(path).map_err(|source| Failure::Picture { path: path.to_owned(), source })?;
    let readings = camera::read(&picture, Effort::Still);
    let mut first_error: Option<InvitationError> = None;
    for reading in &readings.all {
        match Invitation::read(&reading.text) {
            Ok(invitation) => return Ok(invitation),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.map_or_else(|| Failure::NoInvitation(path.to_owned()), Failure::Invitation))
}

impl Said for EnrolShown {
    fn text(&self, ink: Ink) -> String {
        let role = match self.role {
            ScannerRole::Scan => "",
            ScannerRole::Supervisor => " (supervisor)",
        };
        format!(
            "{}  this is scanner {}{role} of {}\n  server {}\n  next: scanner sync",
            ink.good(" ENROLLED ").trim(),
            clean(&self.name),
            clean(&self.organization),
            clean(&self.server),
        )
    }
}
