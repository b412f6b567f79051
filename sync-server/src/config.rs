//! What can be set: flags and environment, read once in `main`. The field docs are the help texts.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use shared::api::server_address;
use url::Url;

/// Where a running server listens and what it trusts.
#[derive(Debug, Clone, Args)]
pub struct ServeOptions {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "TURNSTONE_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT", value_parser = listen_address)]
    pub listen: SocketAddr,
    /// Where people and scanners reach this server, as in enrolment codes [default: the address it listens on]
    #[arg(long, env = "TURNSTONE_PUBLIC_URL", value_name = "URL", value_parser = web_address)]
    pub public_url: Option<Url>,
    /// A reverse proxy stands in front and tells client addresses in X-Forwarded-For
    #[arg(long, env = "TURNSTONE_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Bearer token that /metrics asks for [default: none]
    #[arg(long, env = "TURNSTONE_METRICS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// Publish changes by itself, looking for them every so many milliseconds; 0 leaves it to `event publish`
    #[arg(long, env = "TURNSTONE_AUTO_PUBLISH_MS", default_value_t = 1000, value_name = "MS")]
    pub auto_publish_ms: u64,
}

/// Where scanners and people reach a server.
pub fn web_address(text: &str) -> Result<Url, String> {
    server_address(text)
        .map_err(|error| format!("{error}. Write it as http://192.168.1.10:8080 or https://tickets.example.org"))
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "write address and port as 127.0.0.1:8080, or 0.0.0.0:8080 for all of this computer's".into())
}

/// Everything a server needs to start.
#[derive(Debug, Clone)]
pub struct Config {
    /// Data directory; made if it is missing.
    pub data: PathBuf,
    /// Where it listens.
    pub serve: ServeOptions,
}

impl Config {
    /// On a free port of the loopback interface; publishes when told to.
    pub fn on_free_port(data: impl Into<PathBuf>) -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let serve =
            ServeOptions { listen, public_url: None, behind_proxy: false, metrics_token: None, auto_publish_ms: 0 };
        Self { data: data.into(), serve }
    }
}
