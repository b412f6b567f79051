//! A server behind TLS, as venues run one: with an authority of their own that no device knows by itself.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use turnstone_tests::harness::{Device, EVENT};

use crate::house::House;

/// A throw-away authority.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// What a server needs that is reached at `name`.
    fn vouch_for(&self, name: &str) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &self.issuer).unwrap();
        let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], secret);
        Arc::new(config.unwrap())
    }
}

/// The reverse proxy: TLS outside, the server behind it.
struct Front {
    port: u16,
    shows: Arc<Mutex<Arc<ServerConfig>>>,
}

impl Front {
    async fn before(server: SocketAddr, config: Arc<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shows = Arc::new(Mutex::new(config));
        let showing = shows.clone();
        tokio::spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                let acceptor = TlsAcceptor::from(showing.lock().unwrap().clone());
                tokio::spawn(async move {
                    // A client that does not trust the certificate hangs up: that is what is tested.
                    let Ok(mut outside) = acceptor.accept(outside).await else { return };
                    let mut inside = TcpStream::connect(server).await.unwrap();
                    // Either side may hang up.
                    drop(tokio::io::copy_bidirectional(&mut outside, &mut inside).await);
                });
            }
        });
        Self { port, shows }
    }

    fn show(&self, config: Arc<ServerConfig>) {
        *self.shows.lock().unwrap() = config;
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Runs a verb that must fail so.
fn fails(device: &Device, args: &[&str], exit: i32, code: &str) -> Value {
    let output = device.run(args);
    let line = String::from_utf8(output.stdout).unwrap();
    let object: Value = serde_json::from_str(line.lines().last().unwrap_or_default()).unwrap();
    assert_eq!((output.status.code(), &object["code"]), (Some(exit), &code.into()), "{object}");
    object
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_authority_is_remembered_and_a_wrong_certificate_loses_nothing() {
    let house = House::open(3).await;
    let (ours, strangers) = (Authority::new(), Authority::new());
    let front = Front::before(house.server.addr, ours.vouch_for("127.0.0.1")).await;
    let ca = house.path("ca.pem");
    std::fs::write(&ca, &ours.pem).unwrap();
    let url = format!("https://127.0.0.1:{}", front.port);
    let register = ["scanner", "register", "--event", EVENT, "--gate", "North", "--name", "North 1", "--server", &url];
    let made = house.venue.parts.server_json(&house.venue.data, &register);
    let link = made[0]["url"].as_str().unwrap();
    assert!(link.starts_with(&format!("{url}/enrol#")), "{link}");
    let device = Device::new(&house.venue.parts, house.path("north"));

    // Without the authority nothing is sent, so the code is as good as before.
    let refused = fails(&device, &["enrol", link], 4, "untrusted_server");
    assert!(refused["advice"].as_str().unwrap().contains("--ca"), "{refused}");
    device.ok(&["enrol", link, "--ca", path(&ca)]);
    house.publish().await;
    std::fs::remove_file(&ca).unwrap();
    device.ok(&["sync"]);
    let codes = house.codes();
    assert_eq!(device.scan(&codes[0], &[])["basis"], "server", "it is asked through TLS, too");
    device.ok(&["sync"]);

    // Somebody stands between, or the certificate was renewed by another authority, or for another name, or by mistake ended.
    for wrong in [strangers.vouch_for("127.0.0.1"), ours.vouch_for("tickets.example")] {
        front.show(wrong);
        fails(&device, &["sync"], 4, "untrusted_server");
    }
    assert_eq!(device.scan(&codes[1], &[])["verdict"], "ok", "the door stays open");
    let status = device.ok(&["status"]).remove(0);
    assert_eq!(status["pending"]["people_in"], 1);
    assert_eq!(house.occupancy().await["total"]["counted"], 1, "nothing arrived meanwhile");
    front.show(ours.vouch_for("127.0.0.1"));
    device.ok(&["sync"]);
    assert_eq!(house.exactly_inside().await, 2);
}
