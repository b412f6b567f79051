//! `init`: the organization, its keys and its first administrator.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use shared::clock::random;
use shared::ids::{OrganizationId, UserId};
use shared::trust::root_fingerprint;

use super::{CommandError, Context, Report};
use crate::keys::{KeyUse, Seed, StoredKey, keyset, root_file};
use crate::people::password::Password;
use crate::people::{Email, Organization, Role};
use crate::store::PeopleStore;
use crate::store::people::{Found, Founding, NewUser};

/// The organization and its first administrator.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Name of the organization
    #[arg(long, default_value = "My organization")]
    organization: String,
    /// E-mail address of the first administrator
    #[arg(long, default_value = "admin@localhost")]
    email: String,
    /// Name of the first administrator
    #[arg(long, default_value = "Administrator")]
    name: String,
    /// Keep the root key out of the database, in this file only; needed again for every new event and rotation
    #[arg(long, value_name = "FILE")]
    root_key_out: Option<PathBuf>,
    /// Add another organization to a database that has one
    #[arg(long)]
    another: bool,
}

/// Makes them. The generated password is in the report, and nowhere else.
pub async fn run(context: &Context, args: InitArgs) -> Result<Report, CommandError> {
    let email: Email = args.email.parse().map_err(|error| CommandError::Usage(format!("--email {error}")))?;
    let store = context.store_or_new()?;
    if !args.another
        && let Some(there) = store.organizations().await?.first()
    {
        let text =
            format!("{} holds the organization \"{}\" already; --another adds one", context.data.display(), there.name);
        return Err(CommandError::refused(text));
    }
    let (now, entropy) = (context.now_ms(), &*context.entropy);
    let organization = Organization { id: OrganizationId(random(entropy)), name: args.organization, created: now };
    let root = Seed::generate(entropy);
    let mut keys = vec![StoredKey::from_seed(KeyUse::Root, root.clone(), now)];
    for used_for in [KeyUse::Manifest, KeyUse::Certificate, KeyUse::Server] {
        keys.push(StoredKey::generate(used_for, now, entropy));
    }
    let keyset = keyset::build(organization.id, &keys, 0, now, &root.signing_key());
    if let Some(path) = &args.root_key_out {
        root_file::write(path, &root)?;
        keys.iter_mut().filter(|key| key.used_for == KeyUse::Root).for_each(|key| key.seed = None);
    }
    let password = Password::generate(entropy);
    let password_hash = password.hash(entropy).map_err(CommandError::internal)?;
    let id = UserId(random(entropy));
    let admin = NewUser { id, email: email.clone(), name: args.name, role: Role::Admin, events: vec![], password_hash };
    let founding = Founding { organization: organization.clone(), admin, keys, keyset };
    match store.found(founding).await? {
        Found::Founded => {}
        Found::NameInUse => return Err(CommandError::refused("there is an organization with this name already")),
        Found::EmailInUse => return Err(CommandError::refused("somebody signs in with this e-mail address already")),
    }
    let fingerprint = root_fingerprint(&root.signing_key().verifying_key());
    let offline = args.root_key_out.as_ref().map_or_else(String::new, |path| {
        format!("Root key:      {} (keep it offline; new events and rotations need it)\n", path.display())
    });
    let text = format!(
        "Organization:  {} ({})\nRoot key:      fingerprint {fingerprint}\n{offline}Administrator: {email}\n\
         Password:      {}   (shown only now)\n\nNext: sync-server --data {} serve",
        organization.name,
        organization.id,
        password.reveal(),
        context.data.display(),
    );
    let json = json!({
        "organization": organization.id, "name": organization.name, "root_fingerprint": fingerprint, "user": id,
        "email": email.as_str(), "password": password.reveal(),
    });
    Ok(Report::new(text, json))
}
