//! Passkeys: the JSON forms of W3C Web Authentication Level 3, §5.1.8 to §5.1.10, as browsers read
//! and write them themselves.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::passkeys::{Algorithm, LASTS, Made, ProofError, Shown, Transport, Wanted};
use super::super::{Accounts, AccountsError, Passkey};
use super::session::{NO_STORE, SessionDocument, With, leave, welcome};
use super::{PasswordBody, origin};
use crate::access::{Caller, Person};
use crate::api::{ApiError, Body, Refused};
use crate::clock::rfc3339;
use crate::ids::PasskeyId;

/// What every key here is.
const PUBLIC_KEY: &str = "public-key";
/// That somebody unlocks the key, and that it knows whose it is.
const REQUIRED: &str = "required";
/// Ways to reach a device that one may name, more than there are.
const MAX_TRANSPORTS: usize = 20;

/// A passkey.
#[derive(Serialize, ToSchema)]
pub(super) struct PasskeyDocument {
    id: String,
    /// What its owner calls it
    name: String,
    /// Whether its maker keeps a copy, so that it is not lost with the device
    synced: bool,
    created_at: String,
    #[schema(required)]
    last_used_at: Option<String>,
}

impl PasskeyDocument {
    pub(super) fn new(passkey: &Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: passkey.name.clone(),
            synced: passkey.synced,
            created_at: rfc3339(passkey.created_at),
            last_used_at: passkey.last_used_at.map(rfc3339),
        }
    }
}

/// The passkeys of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct PasskeysDocument {
    /// The oldest first
    passkeys: Vec<PasskeyDocument>,
}

/// What a browser needs to make a passkey.
#[derive(Serialize, ToSchema)]
pub(super) struct PasskeyCreation {
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON`
    public_key: CreationOptions,
}

/// What a browser needs to show a passkey.
#[derive(Serialize, ToSchema)]
pub(super) struct PasskeyRequest {
    /// For `PublicKeyCredential.parseRequestOptionsFromJSON`
    public_key: RequestOptions,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreationOptions {
    rp: RelyingParty,
    user: KeyUser,
    challenge: String,
    pub_key_cred_params: Vec<KeyKind>,
    /// In milliseconds
    timeout: u64,
    exclude_credentials: Vec<KeyName>,
    authenticator_selection: KeySelection,
    attestation: &'static str,
}

#[derive(Serialize, ToSchema)]
struct RelyingParty {
    id: String,
    name: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KeyUser {
    id: String,
    name: String,
    display_name: String,
}

#[derive(Serialize, ToSchema)]
struct KeyKind {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: i64,
}

#[derive(Serialize, ToSchema)]
struct KeyName {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    transports: Vec<Transport>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KeySelection {
    resident_key: &'static str,
    require_resident_key: bool,
    user_verification: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RequestOptions {
    challenge: String,
    rp_id: String,
    /// In milliseconds
    timeout: u64,
    user_verification: &'static str,
}

fn timeout() -> u64 {
    u64::try_from(LASTS.as_millis()).unwrap_or(u64::MAX)
}

impl CreationOptions {
    fn new(wanted: Wanted, site: &str) -> Self {
        let Wanted { party, account, challenge, known } = wanted;
        let kind = PUBLIC_KEY;
        let name = account.username.to_string();
        Self {
            rp: RelyingParty { id: party.id, name: site.to_owned() },
            user: KeyUser {
                id: URL_SAFE_NO_PAD.encode(account.id.to_string()),
                name,
                display_name: account.display_name,
            },
            challenge,
            pub_key_cred_params: Algorithm::ALL
                .map(|algorithm| KeyKind { kind, alg: algorithm.number() })
                .into(),
            timeout: timeout(),
            exclude_credentials: known
                .into_iter()
                .map(|it| {
                    let id = URL_SAFE_NO_PAD.encode(&it.credential);
                    KeyName { kind, id, transports: it.transports }
                })
                .collect(),
            authenticator_selection: KeySelection {
                resident_key: REQUIRED,
                require_resident_key: true,
                user_verification: REQUIRED,
            },
            attestation: "none",
        }
    }
}

/// A passkey that was made: what `toJSON()` of the browser's credential gives. Further fields are
/// ignored.
#[derive(Deserialize, ToSchema)]
struct CreatedCredential {
    response: CreatedResponse,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreatedResponse {
    #[serde(rename = "clientDataJSON")]
    #[schema(max_length = 16384)]
    client_data_json: String,
    #[schema(max_length = 16384)]
    authenticator_data: String,
    #[schema(max_length = 2048)]
    public_key: Option<String>,
    public_key_algorithm: i64,
    #[serde(default)]
    #[schema(max_items = 20)]
    transports: Vec<String>,
}

/// A passkey to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasskeyBody {
    /// What its owner calls it
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    credential: CreatedCredential,
}

impl PasskeyBody {
    fn made(self) -> Result<Made, AccountsError> {
        let response = self.credential.response;
        let transports = response.transports.iter().take(MAX_TRANSPORTS);
        Ok(Made {
            name: self.name,
            client_data: bytes(&response.client_data_json)?,
            authenticator_data: bytes(&response.authenticator_data)?,
            // A browser gives none of a kind that it does not know, and was asked for no such kind.
            public_key: bytes(&response.public_key.ok_or(ProofError::OtherKind)?)?,
            algorithm: response.public_key_algorithm,
            transports: transports.filter_map(|it| Transport::parse(it)).collect(),
        })
    }
}

/// A passkey that is shown: what `toJSON()` of the browser's credential gives. Further fields are
/// ignored.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ShownCredential {
    #[schema(max_length = 2048)]
    raw_id: String,
    response: ShownResponse,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ShownResponse {
    #[serde(rename = "clientDataJSON")]
    #[schema(max_length = 16384)]
    client_data_json: String,
    #[schema(max_length = 16384)]
    authenticator_data: String,
    #[schema(max_length = 2048)]
    signature: String,
    #[schema(max_length = 128)]
    user_handle: Option<String>,
}

/// A passkey to sign in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasskeySignInBody {
    credential: ShownCredential,
}

impl PasskeySignInBody {
    fn shown(&self) -> Result<Shown, AccountsError> {
        let ShownCredential { raw_id, response } = &self.credential;
        Ok(Shown {
            credential: bytes(raw_id)?,
            client_data: bytes(&response.client_data_json)?,
            authenticator_data: bytes(&response.authenticator_data)?,
            signature: bytes(&response.signature)?,
            user: response.user_handle.as_deref().map(bytes).transpose()?,
        })
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, AccountsError> {
    Ok(URL_SAFE_NO_PAD.decode(text).map_err(|_| ProofError::Damaged)?)
}

/// Another name for a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasskeyName {
    #[schema(min_length = 1, max_length = 60)]
    name: String,
}

/// Your passkeys
#[utoipa::path(
    get,
    path = "/api/v1/account/passkeys",
    responses((status = 200, body = PasskeysDocument), Refused)
)]
pub(super) async fn list(
    State(accounts): State<Accounts>,
    person: Person,
) -> Result<Json<PasskeysDocument>, ApiError> {
    let passkeys = accounts.passkeys(person.account).await?;
    Ok(Json(PasskeysDocument { passkeys: passkeys.iter().map(PasskeyDocument::new).collect() }))
}

/// Begin to make a passkey
///
/// The answer goes to the browser's `navigator.credentials.create`; it is good for ten minutes.
#[utoipa::path(
    post,
    path = "/api/v1/account/passkeys/options",
    request_body = PasswordBody,
    responses((status = 200, body = PasskeyCreation), Refused)
)]
pub(super) async fn begin(
    State(accounts): State<Accounts>,
    (caller, person): (Caller, Person),
    headers: HeaderMap,
    Body(body): Body<PasswordBody>,
) -> Result<With<1, Json<PasskeyCreation>>, ApiError> {
    let origin = origin(&caller, &headers);
    let wanted = accounts.begin_passkey(person.account, &body.password, &origin).await?;
    let public_key = CreationOptions::new(wanted, accounts.site_name());
    Ok(([NO_STORE], Json(PasskeyCreation { public_key })))
}

/// Keep the passkey that the browser made
#[utoipa::path(
    post,
    path = "/api/v1/account/passkeys",
    request_body = PasskeyBody,
    responses((status = 201, body = PasskeyDocument), Refused)
)]
pub(super) async fn create(
    State(accounts): State<Accounts>,
    person: Person,
    Body(body): Body<PasskeyBody>,
) -> Result<(StatusCode, Json<PasskeyDocument>), ApiError> {
    let passkey = accounts.add_passkey(person.account, body.made()?).await?;
    Ok((StatusCode::CREATED, Json(PasskeyDocument::new(&passkey))))
}

/// Give a passkey another name
#[utoipa::path(
    patch,
    path = "/api/v1/account/passkeys/{id}",
    params(("id" = String, Path, description = "The passkey's id")),
    request_body = PasskeyName,
    responses((status = 200, body = PasskeyDocument), Refused)
)]
pub(super) async fn rename(
    State(accounts): State<Accounts>,
    person: Person,
    Path(id): Path<String>,
    Body(body): Body<PasskeyName>,
) -> Result<Json<PasskeyDocument>, ApiError> {
    let passkey = accounts.rename_passkey(person.account, parse(&id)?, &body.name).await?;
    Ok(Json(PasskeyDocument::new(&passkey)))
}

/// Remove a passkey; it signs nobody in from then on
#[utoipa::path(
    delete,
    path = "/api/v1/account/passkeys/{id}",
    params(("id" = String, Path, description = "The passkey's id")),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove(
    State(accounts): State<Accounts>,
    person: Person,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    accounts.remove_passkey(person.account, parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to sign in by a passkey
///
/// The answer goes to the browser's `navigator.credentials.get`; it is good for ten minutes.
#[utoipa::path(
    post,
    path = "/api/v1/session/passkey/options",
    responses((status = 200, body = PasskeyRequest), Refused)
)]
pub(super) async fn begin_sign_in(
    State(accounts): State<Accounts>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<With<1, Json<PasskeyRequest>>, ApiError> {
    let (party, challenge) = accounts.begin_passkey_sign_in(&origin(&caller, &headers))?;
    let public_key = RequestOptions {
        challenge,
        rp_id: party.id,
        timeout: timeout(),
        user_verification: REQUIRED,
    };
    Ok(([NO_STORE], Json(PasskeyRequest { public_key })))
}

/// Sign in by a passkey, in a browser
///
/// The answer sets a cookie. No password and no code of an authenticator is asked for.
#[utoipa::path(
    post,
    path = "/api/v1/session/passkey",
    request_body = PasskeySignInBody,
    responses((status = 200, body = SessionDocument), Refused)
)]
pub(super) async fn sign_in(
    State(accounts): State<Accounts>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<PasskeySignInBody>,
) -> Result<With<2, Json<SessionDocument>>, ApiError> {
    let origin = origin(&caller, &headers);
    let signed_in = accounts.sign_in_by_passkey(&body.shown()?, &origin).await?;
    leave(&accounts, &caller).await?;
    Ok(welcome(&signed_in, &caller))
}

fn parse(id: &str) -> Result<PasskeyId, ApiError> {
    Ok(PasskeyId::parse(id).ok_or(AccountsError::Missing("passkey"))?)
}
