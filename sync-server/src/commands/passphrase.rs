//! Where a passphrase comes from: a file, the environment, or the person at the terminal.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;
use zeroize::Zeroizing;

use super::CommandError;

/// Environment variable that holds the passphrase.
const VARIABLE: &str = "TURNSTONE_PASSPHRASE";

/// Where the passphrase comes from.
#[derive(Debug, Args)]
pub struct PassphraseArgs {
    /// File whose first line is the passphrase [default: the variable TURNSTONE_PASSPHRASE, else asked for]
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseArgs {
    /// The passphrase; a new one is asked for twice.
    pub fn read(&self, new: bool) -> Result<Zeroizing<String>, CommandError> {
        if let Some(path) = &self.passphrase_file {
            let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| CommandError::file(path, error))?);
            return Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()));
        }
        if let Ok(text) = std::env::var(VARIABLE) {
            return Ok(Zeroizing::new(text));
        }
        if !std::io::stdin().is_terminal() {
            return Err(CommandError::Usage(format!(
                "a passphrase is needed: give --passphrase-file FILE or set {VARIABLE}"
            )));
        }
        let ask = |prompt: &str| rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(CommandError::internal);
        let passphrase = ask("Passphrase: ")?;
        if new && *ask("Passphrase again: ")? != *passphrase {
            return Err(CommandError::refused("the two passphrases differ"));
        }
        Ok(passphrase)
    }
}
