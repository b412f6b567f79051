//! The token between processes: a scan of one picture must not spend the guest's time on signing in.
//!
//! It lies in the data folder beside the private key, which is worth more; it ends after fifteen minutes.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use shared::ids::ScannerId;

use crate::device::write_private;

use super::Token;

/// Name of the file in the data folder.
const FILE: &str = "session.json";

#[derive(Serialize, Deserialize)]
struct Session {
    server: String,
    scanner: ScannerId,
    token: String,
}

/// Where tokens are kept, for one scanner at one server.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    file: PathBuf,
    server: String,
    scanner: ScannerId,
}

impl Kept {
    pub(super) fn new(folder: &Path, server: &str, scanner: ScannerId) -> Self {
        Self { file: folder.join(FILE), server: server.to_owned(), scanner }
    }

    /// The last token, perhaps ended; only of the same scanner at the same server.
    pub(super) fn read(&self) -> Option<Token> {
        let session: Session = serde_json::from_slice(&fs::read(&self.file).ok()?).ok()?;
        let ours = session.server == self.server && session.scanner == self.scanner;
        Token::of(&session.token).filter(|_| ours)
    }

    /// Keeps a token; where that fails, the next process signs in.
    pub(super) fn write(&self, token: &Token) {
        let session = Session { server: self.server.clone(), scanner: self.scanner, token: token.text().to_owned() };
        let written =
            serde_json::to_vec(&session).map_err(Into::into).and_then(|bytes| write_private(&self.file, &bytes));
        if let Err(error) = written {
            tracing::debug!(%error, "the token could not be kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_serves_only_its_scanner_at_its_server() {
        let folder = tempfile::tempdir().unwrap();
        let kept = |server: &str, scanner: u8| Kept::new(folder.path(), server, ScannerId([scanner; 16]));
        assert_eq!(kept("http://a", 1).read(), None);
        kept("http://a", 1).write(&Token::of("secret").unwrap());
        assert_eq!(kept("http://a", 1).read(), Token::of("secret"));
        assert_eq!(kept("http://b", 1).read(), None);
        assert_eq!(kept("http://a", 2).read(), None);
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(kept("http://a", 1).read(), None);
    }
}
