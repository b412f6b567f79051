//! The JSON API as a script uses it.

use std::net::SocketAddr;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A signed-in administrator (or promoter).
#[derive(Debug, Clone)]
pub struct Admin {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Admin {
    /// Signs in.
    pub async fn sign_in(server: SocketAddr, email: &str, password: &str) -> Self {
        let http = super::client();
        let base = format!("http://{server}/api/v1");
        let body = json!({ "email": email, "password": password });
        let response = http.post(format!("{base}/auth/login")).json(&body).send().await.expect("the server answers");
        assert!(response.status().is_success(), "signing in: {}", response.status());
        let answer: Value = response.json().await.expect("the answer is JSON");
        let token = answer["token"].as_str().expect("a token").to_owned();
        Self { http, base, token }
    }

    /// The same person, whose server listens elsewhere now.
    #[must_use]
    pub fn moved_to(&self, server: SocketAddr) -> Self {
        Self { base: format!("http://{server}/api/v1"), ..self.clone() }
    }

    /// The bearer token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Any call; returns status and body (null if it is no JSON).
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("the server answers");
        let status = response.status();
        let bytes = response.bytes().await.expect("the answer arrives whole");
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// A GET that must succeed.
    pub async fn get(&self, path: &str) -> Value {
        self.must(Method::GET, path, None).await
    }

    /// A POST that must succeed.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.must(Method::POST, path, Some(body)).await
    }

    /// A call that must succeed.
    pub async fn must(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let (status, value) = self.call(method.clone(), path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {value}");
        value
    }
}
