//! `init`: the organization, its keys and its first administrator.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{CommandError, Context, Report};
use crate::keys::root_file;
use crate::people::Email;
use crate::people::founding::{Founder, Prepared};
use crate::people::password::Password;
use crate::store::PeopleStore;
use crate::store::people::Found;

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
    let (now, entropy) = (context.now_ms(), &*context.entropy);
    let password = Password::generate(entropy);
    let password_hash = password.hash(entropy).map_err(CommandError::internal)?;
    let founder = Founder { organization: args.organization, email, name: args.name, password_hash };
    let mut prepared = Prepared::new(founder, now, entropy);
    prepared.founding.only_first = !args.another;
    let fingerprint = prepared.fingerprint();
    if prepared.founding.only_first
        && let Some(there) = store.organizations().await?.first()
    {
        // Before a file is written for nothing.
        return Err(not_first(context, &there.name));
    }
    if let Some(path) = &args.root_key_out {
        root_file::write(path, &prepared.root)?;
        prepared.keep_root_offline();
    }
    let (organization, admin) = (prepared.founding.organization.clone(), prepared.founding.admin.clone());
    match store.found(prepared.founding).await? {
        Found::Founded => {}
        Found::NotFirst(there) => return Err(not_first(context, &there.name)),
        Found::NameInUse => return Err(CommandError::refused("there is an organization with this name already")),
        Found::EmailInUse => return Err(CommandError::refused("somebody signs in with this e-mail address already")),
    }
    let offline = args.root_key_out.as_ref().map_or_else(String::new, |path| {
        format!("Root key:      {} (keep it offline; new events and rotations need it)\n", path.display())
    });
    let text = format!(
        "Organization:  {} ({})\nRoot key:      fingerprint {fingerprint}\n{offline}Administrator: {}\n\
         Password:      {}   (shown only now)\n\nNext: sync-server --data {} serve",
        organization.name,
        organization.id,
        admin.email,
        password.reveal(),
        context.data.display(),
    );
    let json = json!({
        "organization": organization.id, "name": organization.name, "root_fingerprint": fingerprint, "user": admin.id,
        "email": admin.email.as_str(), "password": password.reveal(),
    });
    Ok(Report::new(text, json))
}

fn not_first(context: &Context, there: &str) -> CommandError {
    let data = context.data.display();
    CommandError::refused(format!("{data} holds the organization \"{there}\" already; --another adds one"))
}
