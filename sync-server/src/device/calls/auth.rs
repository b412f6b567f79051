//! Proving to be a scanner: nonce, signature, token.

use shared::api::{
    AuthProof, AuthRequest, AuthResponse, ChallengeRequest, ChallengeResponse, ManifestResponse, RevocationProof,
    TOKEN_MS,
};
use shared::cose::{Domain, open, peek};
use shared::manifest::Header;
use shared::trust::Certificate;

use crate::device::api::DeviceApi;
use crate::device::{Authority, DeviceRefusal};
use crate::http::ApiError;
use crate::people::session::Token;
use crate::store::device::Recognise;

pub(in crate::device) async fn challenge(
    api: &DeviceApi,
    request: &ChallengeRequest,
) -> Result<ChallengeResponse, ApiError> {
    let state = &api.state;
    let nonce = state.challenges.issue(request.scanner, api.mono_ms(), &*state.entropy);
    Ok(ChallengeResponse { nonce, store: state.store.store_id().await? })
}

pub(in crate::device) async fn authenticate(api: &DeviceApi, request: AuthRequest) -> Result<AuthResponse, ApiError> {
    // Whose keys to verify with is in the certificate itself; nothing in it is believed before that.
    let unread = || DeviceRefusal::Unknown("its certificate cannot be read".into());
    let claimed: Certificate = peek(&request.certificate).ok_or_else(unread)?;
    let organization = api.state.store.authority(claimed.organization).await?;
    let authority = organization.ok_or_else(|| DeviceRefusal::Unknown("it belongs to another server".into()))?;
    let opened = Certificate::open(&request.certificate, &authority.trust);
    // The key that signed it was withdrawn: then the signature says nothing, and the record of what was issued decides.
    let on_record =
        opened.is_err() && api.state.store.issued_certificate(claimed.scanner, request.certificate.clone()).await?;
    let certificate = match opened {
        Ok(certificate) => certificate,
        Err(_) if on_record => claimed.clone(),
        Err(error) => return Err(DeviceRefusal::Unknown(format!("its certificate is not trusted: {error}")).into()),
    };
    check_proof(api, &request, &certificate, authority.store)?;
    let now = api.state.now_ms();
    let claims = certificate.clone();
    let device = match api.state.store.recognise(certificate, request.certificate, now).await? {
        Recognise::Known(device) => device,
        Recognise::Revoked => {
            let proof = revocation(api, &claims, &authority).await?;
            return Err(DeviceRefusal::Revoked(proof.map(Box::new)).into());
        }
        Recognise::Refused(why) => return Err(DeviceRefusal::Unknown(why.into()).into()),
    };
    let token = Token::generate(&*api.state.entropy);
    let certificate = (device.serial > claimed.serial).then(|| device.certificate.clone());
    let keyset = authority.trust.keyset_bytes().to_vec();
    if on_record {
        // Good for fetching the certificate in this answer and for nothing else: the scanner signs in with that one.
        return Ok(AuthResponse { token: token.reveal(), expires: now, certificate, keyset });
    }
    let expires = now + TOKEN_MS;
    api.state.store.open_device_session(*device, token.hash().0, expires, now).await?;
    Ok(AuthResponse { token: token.reveal(), expires, certificate, keyset })
}

/// The list that tells a scanner of its own revocation: it gets no others any more. `None` until one is out.
async fn revocation(
    api: &DeviceApi,
    revoked: &Certificate,
    authority: &Authority,
) -> Result<Option<RevocationProof>, ApiError> {
    let keyset = authority.trust.keyset();
    for event in &revoked.events {
        let newest = api.state.store.manifest_for(revoked.organization, *event, None, vec![], keyset.version).await?;
        let Some(ManifestResponse::Header { header, .. }) = newest else { continue };
        let names = |header: &Header| header.revocations.iter().any(|one| one.scanner == revoked.scanner);
        if peek(&header).as_ref().is_some_and(names) {
            return Ok(Some(RevocationProof { header, keyset: authority.trust.keyset_bytes().to_vec() }));
        }
    }
    Ok(None)
}

fn check_proof(
    api: &DeviceApi,
    request: &AuthRequest,
    certificate: &Certificate,
    store: shared::ids::StoreId,
) -> Result<(), DeviceRefusal> {
    let key = certificate.verifying_key().ok_or(DeviceRefusal::BadProof("the certificate holds no usable key"))?;
    let proof: AuthProof = open(Domain::Auth, &key, &request.proof)
        .map_err(|_| DeviceRefusal::BadProof("the signature is not by the scanner's key"))?;
    if proof.scanner != certificate.scanner || proof.store != store {
        return Err(DeviceRefusal::BadProof("it is meant for another scanner or server"));
    }
    let (challenges, now) = (&api.state.challenges, api.mono_ms());
    if !challenges.is_good(proof.nonce, certificate.scanner, now) || !challenges.redeem(proof.nonce, now) {
        return Err(DeviceRefusal::BadProof("the challenge is too old or was answered before: ask for another"));
    }
    Ok(())
}
