//! `keys`: export, import, rotate, list.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::passphrase::PassphraseArgs;
use super::{CommandError, Context, Report, select};
use crate::files;
use crate::keys::keyset::OldKeys;
use crate::keys::{KeyUse, StoredKey, export, root_file};
use crate::store::KeyStore;
use crate::store::keys::{ImportKeys, Rotate, Rotation};

/// Signing keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Write organization and signing keys into a file sealed with a passphrase
    Export(ExportArgs),
    /// Take over a file that `keys export` made, also into an empty folder
    Import(ImportArgs),
    /// Make new keys; doors stay open, because the old ones verify until every scanner knows the new ones
    Rotate(RotateArgs),
    /// List keys, without their secrets
    List {
        /// Organization, by name or id [default: the only one]
        #[arg(long)]
        organization: Option<String>,
    },
}

/// Where to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// File to write; must not be there
    file: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Where from.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// File to read
    file: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Which keys.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Which key; may be repeated [default: manifest, certificate and server]
    #[arg(long = "role", value_enum)]
    roles: Vec<RoleArg>,
    /// Also the ticket key of this event, by name or id; may be repeated
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
    /// The old keys were stolen: nothing they ever signed counts any more. Tickets must then be printed again (after --event); scanners fetch new certificates by themselves
    #[arg(long)]
    withdraw: bool,
    /// File with the root key, where it is kept offline
    #[arg(long, value_name = "FILE")]
    root_key: Option<PathBuf>,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// A key's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Signs manifests
    Manifest,
    /// Signs scanner certificates
    Certificate,
    /// Signs acknowledgements, times and confirmations
    Server,
}

impl From<RoleArg> for KeyUse {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Manifest => Self::Manifest,
            RoleArg::Certificate => Self::Certificate,
            RoleArg::Server => Self::Server,
        }
    }
}

/// Carries out a verb.
pub async fn run(context: &Context, command: KeysCommand) -> Result<Report, CommandError> {
    match command {
        KeysCommand::Export(args) => export_keys(context, args).await,
        KeysCommand::Import(args) => import_keys(context, args).await,
        KeysCommand::Rotate(args) => rotate(context, args).await,
        KeysCommand::List { organization } => list(context, organization.as_deref()).await,
    }
}

async fn export_keys(context: &Context, args: ExportArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let passphrase = args.passphrase.read(true)?;
    let export = store.export_keys(context.actor(organization.id)).await?;
    let export = export.ok_or_else(|| CommandError::internal("the organization is gone"))?;
    let sealed = export::seal(&export, &passphrase, &*context.entropy)?;
    files::write_new_private(&args.file, &sealed).map_err(|error| CommandError::file(&args.file, error))?;
    let count = export.keys.len();
    let text = format!(
        "{count} keys of \"{}\" in {}; without the passphrase they are lost",
        organization.name,
        args.file.display()
    );
    Ok(Report::new(text, json!({ "organization": organization.id, "keys": count, "file": args.file })))
}

async fn import_keys(context: &Context, args: ImportArgs) -> Result<Report, CommandError> {
    let file = std::fs::read(&args.file).map_err(|error| CommandError::file(&args.file, error))?;
    let passphrase = args.passphrase.read(false)?;
    let export = export::open(&file, &passphrase)?;
    let (name, id) = (export.organization.name.clone(), export.organization.id);
    let store = context.store_or_new()?;
    let (text, new) = match store.import_keys(export, context.now_ms()).await? {
        ImportKeys::Founded => (
            format!(
                "\"{name}\" is set up with its keys. Add an administrator with `user add --role admin`; scanners bring the rest.\nOnly \
                 here were kept, and are to be set again: people and who may see which event, the levels from which the live \
                 page warns (they are 80 % and 95 % again), names and e-mail addresses for searching tickets, and codes for \
                 printing them"
            ),
            None,
        ),
        ImportKeys::Merged(new) => (format!("\"{name}\" was there; {new} keys were new"), Some(new)),
        ImportKeys::WrongRoot => {
            return Err(CommandError::refused(format!("\"{name}\" is there with another root key")));
        }
    };
    Ok(Report::new(text, json!({ "organization": id, "founded": new.is_none(), "new": new })))
}

async fn rotate(context: &Context, args: RotateArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let mut uses: Vec<KeyUse> = args.roles.iter().copied().map(KeyUse::from).collect();
    for wanted in &args.events {
        uses.push(KeyUse::Ticket(select::event(&store, &organization, wanted).await?.id));
    }
    if uses.is_empty() {
        uses = vec![KeyUse::Manifest, KeyUse::Certificate, KeyUse::Server];
    }
    let (now, entropy) = (context.now_ms(), &*context.entropy);
    let keys: Vec<_> = uses.iter().map(|used_for| StoredKey::generate(*used_for, now, entropy)).collect();
    let count = keys.len();
    let old = if args.withdraw { OldKeys::Withdraw } else { OldKeys::Retire };
    let root = args.root_key.as_deref().map(root_file::read).transpose()?;
    match store.rotate_keys(context.actor(organization.id), Rotation { keys, old, root }).await? {
        Rotate::Rotated { keyset, left } => {
            let again = if left.is_empty() {
                String::new()
            } else {
                let names = left.join(", ");
                format!(
                    "\nOnly a certificate by the withdrawn key vouches for these scanners; enrol them again, and revoke those \
                     you do not know: {names}"
                )
            };
            let text = format!("{count} new keys; keyset {} is in force{again}", keyset.version);
            Ok(Report::new(text, json!({ "new": count, "keyset": keyset.version, "enrol_again": left })))
        }
        Rotate::RootOffline => Err(CommandError::Usage("the root key is kept offline: add --root-key FILE".into())),
        Rotate::WrongRoot => Err(CommandError::refused("this is not the root key of the organization")),
    }
}

async fn list(context: &Context, organization: Option<&str>) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, organization).await?;
    let keys = store.keys(organization.id).await?;
    let state = |key: &StoredKey| match (key.withdrawn, key.signs_at(context.now_ms()), &key.seed) {
        (true, _, _) => "withdrawn",
        (false, true, _) => "signs",
        (false, false, None) => "offline",
        (false, false, Some(_)) => "retired",
    };
    let used = |key: &StoredKey| match key.used_for {
        KeyUse::Root => "root".to_owned(),
        KeyUse::Ticket(event) => format!("ticket {event}"),
        KeyUse::Manifest => "manifest".into(),
        KeyUse::Certificate => "certificate".into(),
        KeyUse::Server => "server".into(),
    };
    let lines: Vec<_> = keys.iter().map(|key| format!("{}  {:<9}  {}", key.id, state(key), used(key))).collect();
    let json: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "key": key.id, "use": used(key), "state": state(key), "not_before": key.not_before,
                "not_after": key.not_after,
            })
        })
        .collect();
    Ok(Report::new(lines.join("\n"), json!({ "keys": json })))
}
