//! `user`: people who sign in.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use shared::clock::random;
use shared::ids::UserId;
use zeroize::Zeroizing;

use super::{CommandError, Context, Report, select};
use crate::people::password::Password;
use crate::people::{Email, Role};
use crate::store::PeopleStore;
use crate::store::people::{AddUser, ChangeUser, NewUser, UserChange};

/// People who sign in.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add somebody
    Add(AddArgs),
    /// List everybody
    List {
        /// Organization, by name or id [default: the only one]
        #[arg(long)]
        organization: Option<String>,
    },
    /// Give somebody a new password and end their sessions
    Password(PasswordArgs),
}

/// Somebody to be added.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// What they sign in with
    #[arg(long)]
    email: String,
    /// What others call them [default: the e-mail address]
    #[arg(long)]
    name: Option<String>,
    /// What they may do
    #[arg(long, value_enum, default_value = "promoter")]
    role: Role,
    /// Event a promoter may read, by name or id; may be repeated
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
    /// File whose first line is their password [default: one is made and printed once]
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Whose password.
#[derive(Debug, Args)]
pub struct PasswordArgs {
    /// What they sign in with
    #[arg(long)]
    email: String,
    /// File whose first line is the new password [default: one is made and printed once]
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Carries out a verb.
pub async fn run(context: &Context, command: UserCommand) -> Result<Report, CommandError> {
    match command {
        UserCommand::Add(args) => add(context, args).await,
        UserCommand::List { organization } => list(context, organization.as_deref()).await,
        UserCommand::Password(args) => password(context, args).await,
    }
}

async fn add(context: &Context, args: AddArgs) -> Result<Report, CommandError> {
    let email: Email = args.email.parse().map_err(|error| CommandError::Usage(format!("--email {error}")))?;
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let mut events = vec![];
    for wanted in &args.events {
        events.push(select::event(&store, &organization, wanted).await?.id);
    }
    let (password, shown) = password_from(context, args.password_file.as_ref())?;
    let password_hash = password.hash(&*context.entropy).map_err(CommandError::internal)?;
    let name = args.name.unwrap_or_else(|| email.to_string());
    let id = UserId(random(&*context.entropy));
    let user = NewUser { id, email, name, role: args.role, events, password_hash };
    match store.add_user(context.actor(organization.id), user).await? {
        AddUser::Added(user) => {
            let secret = shown.then(|| password.reveal());
            let text = secret.map_or_else(String::new, |secret| format!("\nPassword: {secret}   (shown only now)"));
            let json = json!({ "user": user.id, "email": user.email.as_str(), "role": user.role, "password": secret });
            Ok(Report::new(format!("Added {} as {}{text}", user.email, user.role.name()), json))
        }
        AddUser::EmailInUse => Err(CommandError::refused("somebody signs in with this e-mail address already")),
        AddUser::UnknownEvent(event) => Err(CommandError::refused(format!("there is no event {event}"))),
    }
}

async fn list(context: &Context, organization: Option<&str>) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, organization).await?;
    let users = store.users(organization.id).await?;
    let lines: Vec<_> = users.iter().map(|user| format!("{:<40} {}", user.email.as_str(), user.role.name())).collect();
    let json = users.iter().map(|user| {
        json!({ "user": user.id, "email": user.email.as_str(), "name": user.name, "role": user.role, "events": user.events })
    });
    Ok(Report::new(lines.join("\n"), json!({ "users": json.collect::<Vec<_>>() })))
}

async fn password(context: &Context, args: PasswordArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let email: Email = args.email.parse().map_err(|error| CommandError::Usage(format!("--email {error}")))?;
    let users = store.users(organization.id).await?;
    let unknown = || CommandError::refused(format!("nobody signs in as {email}"));
    let user = users.iter().find(|user| user.email == email).ok_or_else(unknown)?;
    let (password, shown) = password_from(context, args.password_file.as_ref())?;
    let password_hash = Some(password.hash(&*context.entropy).map_err(CommandError::internal)?);
    let change = UserChange { password_hash, ..UserChange::default() };
    match store.change_user(context.actor(organization.id), user.id, change).await? {
        ChangeUser::Done(_) => {}
        ChangeUser::NotFound | ChangeUser::LastAdmin | ChangeUser::UnknownEvent(_) => return Err(unknown()),
    }
    let secret = shown.then(|| password.reveal());
    let text = secret.map_or_else(String::new, |secret| format!("\nPassword: {secret}   (shown only now)"));
    Ok(Report::new(format!("Changed{text}"), json!({ "user": user.id, "password": secret })))
}

/// The password from a file, or a new one, and whether it must be shown.
fn password_from(context: &Context, file: Option<&PathBuf>) -> Result<(Password, bool), CommandError> {
    let Some(path) = file else { return Ok((Password::generate(&*context.entropy), true)) };
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| CommandError::file(path, error))?);
    let password = Password::new(text.lines().next().unwrap_or_default());
    password.check().map_err(|error| CommandError::refused(format!("the password {error}")))?;
    Ok((password, false))
}
