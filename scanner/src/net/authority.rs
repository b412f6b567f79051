//! Who vouches for the server over `https://`: the system's authorities, or a venue's own one from a file, which is
//! remembered in the data folder.

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use reqwest::Certificate;
use rustls::CertificateError;

use crate::device::write_private;

use super::http::install_crypto;

/// Name of the file in the data folder.
const FILE: &str = "server-ca.pem";

/// Certificates that vouch for the server; others do not count.
#[derive(Debug, Clone)]
pub struct Authority(pub(super) Vec<Certificate>);

impl Authority {
    /// From PEM (RFC 7468) with at least one certificate. The error is for people.
    pub fn read(pem: &[u8]) -> Result<Self, String> {
        install_crypto();
        let certificates = Certificate::from_pem_bundle(pem).map_err(|_| "this is no certificate in PEM")?;
        // Only when a client is made of it are the certificates themselves looked at.
        let usable = reqwest::Client::builder().tls_certs_only(certificates.clone()).build().is_ok();
        match (certificates.is_empty(), usable) {
            (true, _) => Err("there is no certificate in this file".into()),
            (false, false) => Err("the certificate in this file is damaged".into()),
            (false, true) => Ok(Self(certificates)),
        }
    }

    /// The one that was given at enrolment.
    pub fn remembered(folder: &Path) -> Result<Option<Self>, String> {
        let pem = Self::kept(folder).map_err(|error| error.to_string())?;
        pem.map(|pem| Self::read(&pem)).transpose()
    }

    /// The same as it lies in the data folder (PEM, not looked at).
    pub fn kept(folder: &Path) -> io::Result<Option<Vec<u8>>> {
        match fs::read(folder.join(FILE)) {
            Ok(pem) => Ok(Some(pem)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Remembers what was given at enrolment; `None` means the system's authorities from now on.
    pub fn remember(folder: &Path, pem: Option<&[u8]>) -> io::Result<()> {
        let path = folder.join(FILE);
        match pem {
            Some(pem) => write_private(&path, pem),
            None => match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }
}

/// What is wrong with the server's certificate, if that is what went wrong.
pub(super) fn untrusted(error: &(dyn Error + 'static)) -> Option<String> {
    match cause_in_tls(error)? {
        rustls::Error::InvalidCertificate(why) => Some(in_words(why)),
        _ => None,
    }
}

/// The cause that TLS names; errors of input and output hide what they carry from `source`, sometimes one in another.
fn cause_in_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    let carried = carried.and_then(|carried| cause_in_tls(carried));
    error.downcast_ref().or(carried).or_else(|| cause_in_tls(error.source()?))
}

fn in_words(why: &CertificateError) -> String {
    match why {
        CertificateError::UnknownIssuer => "its certificate comes from an authority this device does not know".into(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has ended (or this device's clock is wrong)".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet (or this device's clock is wrong)".into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate was made for another address".into()
        }
        other => format!("its certificate is not valid ({other})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        for text in ["", "certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert!(Authority::read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_folder_without_one_means_the_systems_authorities() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Authority::remembered(folder.path()).unwrap().is_none());
        Authority::remember(folder.path(), None).unwrap();
        Authority::remember(folder.path(), Some(b"spoilt")).unwrap();
        assert!(Authority::remembered(folder.path()).is_err(), "never silently another trust");
        Authority::remember(folder.path(), None).unwrap();
        assert!(Authority::remembered(folder.path()).unwrap().is_none());
    }
}
