//! The HTTP client of tests.

/// A client for plain HTTP on loopback: no proxy, no redirects, bodies as they are on the wire.
pub fn client() -> reqwest::Client {
    // An error means that one is installed already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([])
        .build()
        .expect("an HTTP client")
}
