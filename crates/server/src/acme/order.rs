//! One order, from the account to the certificate (RFC 8555 §7.4).

use std::time::Duration;

use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Error, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};

use super::client::Client;
use super::proof::proof;
use super::shelf::{KeptAccount, KeptCertificate, Shelf};
use super::{AcmeError, Settings};
use crate::tls::{Certificate, Tls};

/// How long an authority may take over proofs, and again over the certificate.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is asked; each wait is half as long again as the one before.
const ASKING: RetryPolicy =
    RetryPolicy::new().initial_delay(Duration::from_millis(500)).backoff(1.5).timeout(PATIENCE);

/// What an order needs.
pub(super) struct Desk<'a> {
    pub(super) settings: &'a Settings,
    pub(super) client: &'a Client,
    pub(super) shelf: &'a Shelf,
    pub(super) tls: &'a Tls,
}

/// Takes its proofs away when the order is over, however it ended.
struct Proving<'a>(&'a Tls);

impl Drop for Proving<'_> {
    fn drop(&mut self) {
        self.0.forget_proofs();
    }
}

impl Desk<'_> {
    /// Orders a certificate, and keeps it.
    pub(super) async fn order(&self) -> Result<Certificate, AcmeError> {
        let account = self.account().await?;
        let ordered = self.order_as(&account).await;
        if let Err(AcmeError::Authority(Error::Api(problem))) = &ordered
            && problem.r#type.as_deref() == Some("urn:ietf:params:acme:error:accountDoesNotExist")
        {
            self.shelf.drop_account();
        }
        ordered
    }

    /// The account at the authority, made where there is none.
    async fn account(&self) -> Result<Account, AcmeError> {
        let directory = &self.settings.directory;
        let builder = || Account::builder_with_http(Box::new(self.client.clone()));
        if let Some(kept) = self.shelf.account(directory)
            && let Ok(credentials) = serde_json::from_value::<AccountCredentials>(kept.credentials)
        {
            return Ok(builder().from_credentials(credentials).await?);
        }
        let contact = self.settings.email.as_ref().map(|it| format!("mailto:{}", it.as_str()));
        let contact: Vec<&str> = contact.iter().map(String::as_str).collect();
        let new = NewAccount {
            contact: &contact,
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let (account, credentials) = builder().create(&new, directory.clone(), None).await?;
        let credentials = serde_json::to_value(credentials)?;
        self.shelf.keep_account(&KeptAccount { directory: directory.clone(), credentials })?;
        Ok(account)
    }

    async fn order_as(&self, account: &Account) -> Result<Certificate, AcmeError> {
        let hosts: Vec<_> = self.settings.hosts.iter().cloned().map(Identifier::Dns).collect();
        let mut order = account.new_order(&NewOrder::new(&hosts)).await?;
        let proving = Proving(self.tls);
        self.prove(&mut order).await?;
        match order.poll_ready(&ASKING).await.map_err(told) {
            Ok(OrderStatus::Ready) => {}
            // What is wrong with an order stands at the proof that failed.
            Ok(_) => return Err(unproven(&mut order, None).await),
            Err(AcmeError::Authority(Error::Api(problem))) => {
                return Err(unproven(&mut order, problem.detail).await);
            }
            Err(error) => return Err(error),
        }
        drop(proving);
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(self.settings.hosts.clone())?;
        params.distinguished_name = DistinguishedName::new();
        order.finalize_csr(params.serialize_request(&key)?.der()).await?;
        let chain = order.poll_certificate(&ASKING).await.map_err(told)?;
        self.take(chain, key.serialize_pem())
    }

    /// Answers the challenges of an order.
    async fn prove(&self, order: &mut Order) -> Result<(), AcmeError> {
        let mut all = order.authorizations();
        while let Some(authorization) = all.next().await {
            let mut authorization = authorization?;
            let host = authorization.identifier().to_string();
            match authorization.status {
                // The authority remembers an earlier proof.
                AuthorizationStatus::Valid => continue,
                AuthorizationStatus::Pending => {}
                status => {
                    let reason = format!("it says `{status:?}` before it has looked");
                    return Err(AcmeError::Unproven { host, reason });
                }
            }
            let Some(mut challenge) = authorization.challenge(ChallengeType::TlsAlpn01) else {
                return Err(AcmeError::NoChallenge(host));
            };
            let mut digest = [0; 32];
            let of_key = challenge.key_authorization().digest();
            digest.copy_from_slice(of_key.as_ref());
            self.tls.prove(&host, proof(&host, &digest)?)?;
            challenge.set_ready().await?;
        }
        Ok(())
    }

    /// Keeps a certificate that can be used.
    fn take(&self, chain: String, key: String) -> Result<Certificate, AcmeError> {
        let certificate = Certificate::from_pem(&chain, &key)?;
        if !self.settings.is_for(&certificate.about().names) {
            return Err(AcmeError::OfOthers);
        }
        let directory = self.settings.directory.clone();
        self.shelf.keep_certificate(&KeptCertificate { directory, chain, key })?;
        Ok(certificate)
    }
}

fn told(error: Error) -> AcmeError {
    match error {
        Error::Timeout(_) => AcmeError::TooSlow(PATIENCE.as_secs() / 60),
        other => AcmeError::Authority(other),
    }
}

/// Why an order cannot be proven, in the authority's words.
async fn unproven(order: &mut Order, detail: Option<String>) -> AcmeError {
    let mut all = order.authorizations();
    while let Some(Ok(mut authorization)) = all.next().await {
        if authorization.refresh().await.is_err() {
            continue;
        }
        let problem = authorization.challenges.iter().find_map(|it| it.error.as_ref());
        if let Some(problem) = problem {
            let host = authorization.identifier().to_string();
            return AcmeError::Unproven { host, reason: problem.to_string() };
        }
    }
    let reason = detail.unwrap_or_else(|| "it does not say why".to_owned());
    AcmeError::Unproven { host: "one of the hosts".to_owned(), reason }
}
