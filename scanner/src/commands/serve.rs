//! `scanner serve`: the door's screen in a browser.

use std::io::ErrorKind;
use std::net::SocketAddr;

use clap::Args;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::door::{self, Access, Language};

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::sync::stop_asked;

/// Where, and in which language.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; on another address than loopback, the link carries a key
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8430", env = "TURNSTONE_SCANNER_LISTEN")]
    listen: SocketAddr,
    /// Language of the screen; otherwise the browser's
    #[arg(long, value_enum)]
    language: Option<Language>,
}

#[derive(Debug, Serialize)]
struct Serving {
    kind: &'static str,
    link: String,
    listen: SocketAddr,
}

/// Runs the verb until it is asked to end.
pub async fn run(device: Device, verb: Serve, printer: &Printer) -> Result<Exit, Failure> {
    let stop = stop_asked().map_err(Failure::System)?;
    let listener = TcpListener::bind(verb.listen).await.map_err(|error| taken(verb.listen, error))?;
    let listen = listener.local_addr().map_err(Failure::System)?;
    let access = Access::of(listen, &**device.entropy());
    printer.say(&Serving { kind: "serve", link: access.link(listen), listen })?;
    door::serve(device, listener, access, verb.language, stop).await?;
    Ok(Exit::Done)
}

fn taken(listen: SocketAddr, error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::AddrInUse => Failure::Usage(format!(
            "port {} is in use: is the screen open already? Choose another port with --listen",
            listen.port()
        )),
        ErrorKind::PermissionDenied => {
            Failure::Usage(format!("port {} needs more rights: choose one above 1023 with --listen", listen.port()))
        }
        ErrorKind::AddrNotAvailable => {
            Failure::Usage(format!("{} is no address of this machine: choose one with --listen", listen.ip()))
        }
        _ => Failure::System(error),
    }
}

impl Said for Serving {
    fn text(&self, ink: Ink) -> String {
        format!("{}  {}\n  end with Ctrl-C", ink.strong("DOOR"), self.link)
    }
}
