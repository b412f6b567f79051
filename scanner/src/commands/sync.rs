//! `scanner sync`: one round with the server, or the background worker.

use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use serde::Serialize;

use crate::net::{self, ExchangeTotals, ManifestReport, ManifestState, News, SyncReport};

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::progress::Bar;
use super::words::{clean, counted, entries, short};

/// Once, or as long as it runs.
#[derive(Debug, Args)]
pub struct Sync {
    /// Keep running: send at once what is scanned, fetch what others scanned, tell the server how this scanner is
    #[arg(long)]
    watch: bool,
}

#[derive(Debug, Serialize)]
struct Synced<'a> {
    kind: &'static str,
    server: &'a str,
    #[serde(flatten)]
    report: SyncReport,
}

#[derive(Debug, Serialize)]
struct Heard {
    kind: &'static str,
    #[serde(flatten)]
    news: News,
}

/// Runs the verb.
pub async fn run(device: &Device, verb: Sync, printer: &Printer) -> Result<Exit, Failure> {
    if verb.watch { keep_watching(device, printer).await } else { once(device, printer).await }
}

async fn once(device: &Device, printer: &Printer) -> Result<Exit, Failure> {
    let link = device.link().await?;
    let bar = Bar::new(*printer);
    let ended = round(device, &link, &|step| bar.show(step)).await;
    bar.clear();
    let report = ended?;
    let refused = report.is_incomplete();
    printer.say(&Synced { kind: "sync", server: link.server(), report })?;
    link.desk().clone().finish().await;
    Ok(if refused { Exit::Data } else { Exit::Done })
}

/// One whole round with the server, noting that (or that not) it answered.
pub async fn round(device: &Device, link: &net::Link, progress: net::Progress<'_>) -> Result<SyncReport, Failure> {
    let ended = net::round(link, progress).await;
    match &ended {
        // A heartbeat more, to learn whether it answers fast enough to be asked while a guest waits.
        Ok(_) => {
            let asked = link.clock().read();
            if link.reach().await.is_ok() {
                device.contact().answered(asked);
            }
        }
        Err(_) => device.contact().lost(),
    }
    Ok(ended?)
}

async fn keep_watching(device: &Device, printer: &Printer) -> Result<Exit, Failure> {
    let up = device.link().await?;
    let down = up.beside(device.desk()?);
    let stop = stop_asked().map_err(Failure::System)?;
    let bar = Bar::new(*printer);
    let unread = AtomicBool::new(false);
    let tell = |news: News| {
        // Who reads the news may go away; sending goes on all the same.
        let told = bar.aside(|| printer.say(&Heard { kind: "news", news }));
        unread.store(told.is_err(), Ordering::Relaxed);
    };
    let contact = device.contact();
    let ended = net::watch((&up, &down), &contact, device.database(), &tell, &|step| bar.show(step), stop).await;
    bar.clear();
    up.desk().clone().finish().await;
    down.desk().clone().finish().await;
    if unread.load(Ordering::Relaxed) {
        tracing::debug!("nobody read the last news");
    }
    ended?;
    Ok(Exit::Done)
}

/// Done on Ctrl-C and on the polite request to end (SIGTERM).
#[cfg(unix)]
pub(super) fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Done on Ctrl-C.
#[cfg(not(unix))]
pub(super) fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler the system ends the process by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

impl Said for Synced<'_> {
    fn text(&self, ink: Ink) -> String {
        let SyncReport { heartbeat, manifests, exchange } = &self.report;
        let mut lines = vec![headline(ink, exchange, self.report.is_incomplete())];
        lines.extend(manifests.iter().map(|list| format!("  {}", manifest(list))));
        lines.extend(heartbeat.refused.iter().map(|what| format!("  ! not taken over: {}", clean(what))));
        lines.extend(
            exchange.refused.iter().map(|entry| format!("  ! entry {} was not kept: {}", entry.seq, clean(&entry.why))),
        );
        if exchange.rewound || heartbeat.rewound {
            lines.push(format!("  ! {REWOUND}"));
        }
        if exchange.new_epoch {
            lines.push(format!("  ! {NEW_EPOCH}"));
        }
        if exchange.unknown_scanners {
            lines.push("  another scanner is newer than the ticket list; its entries follow with the next list".into());
        }
        if exchange.refilled {
            lines.push("  the server had lost the ticket list and got it back from this scanner".into());
        }
        if exchange.stalled {
            lines.push(
                "  ! the server did not take everything; try again, and tell the administrator if it stays".into(),
            );
        }
        lines.join("\n")
    }
}

const REWOUND: &str = "the server had lost entries (restored or new); they were sent again";
const NEW_EPOCH: &str = "this scanner's data was restored or copied; it goes on in a new log, and nothing is lost";

fn headline(ink: Ink, exchange: &ExchangeTotals, incomplete: bool) -> String {
    let word = if incomplete { ink.warn("SYNCED IN PART") } else { ink.strong("SYNCED") };
    let left = if exchange.pending > 0 { format!(", {} left", exchange.pending) } else { String::new() };
    format!("{word}  {} sent{left}, {} received", entries(exchange.acknowledged), exchange.received)
}

fn manifest(report: &ManifestReport) -> String {
    let event = report.event_name.as_deref().map_or_else(|| format!("event {}", short(&report.event)), clean);
    match &report.state {
        ManifestState::Current { version: Some(version) } => {
            format!("{event}: ticket list {version} is the newest")
        }
        ManifestState::Current { version: None } | ManifestState::NotPublished => {
            format!("{event}: no ticket list has been published yet")
        }
        ManifestState::Adopted { version, tickets, .. } => {
            let tickets = counted(i64::try_from(*tickets).unwrap_or(i64::MAX), "ticket", "tickets");
            format!("{event}: ticket list {version} is in force now ({tickets})")
        }
        ManifestState::Refused { why } => format!("! {event}: the new ticket list was refused: {}", clean(why)),
    }
}

impl Said for Heard {
    fn text(&self, ink: Ink) -> String {
        match &self.news {
            News::Connected => ink.strong("CONNECTED"),
            News::Disconnected { why } => format!("{}  {}", ink.strong("NO CONNECTION"), clean(why)),
            News::Sent { acknowledged, pending } if *pending > 0 => {
                format!("sent {}, {pending} left", entries(*acknowledged))
            }
            News::Sent { acknowledged, .. } => format!("sent {}", entries(*acknowledged)),
            News::Received { received } => format!("received {}", entries(*received)),
            News::Manifest(report) => manifest(report),
            News::Rewound => REWOUND.into(),
            News::NewEpoch => NEW_EPOCH.into(),
            News::Trouble { what } => format!("{}  {}", ink.warn("TROUBLE"), clean(what)),
        }
    }
}
