//! How the bucket is reached.

use std::sync::Once;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum, S3ConditionalPut};
use object_store::{ClientOptions, RetryConfig};

use super::objects::{Objects, failed};
use crate::error::Error;
use crate::store::Address;

/// Makes ready to speak to it; nothing is sent yet. Credentials come from where object_store looks for them: the
/// environment, a web identity, the container or the instance; never from the command line.
pub fn connect(address: &Address, endpoint: Option<&str>) -> Result<(tokio::runtime::Runtime, Objects), Error> {
    static TLS: Once = Once::new();
    // One library for all HTTPS; that another was installed before is as good.
    TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Error::Store {
            path: address.to_string(),
            cause,
        })?;
    let s3 = build(address, endpoint).map_err(|error| failed(&address.to_string(), &error))?;
    Ok((runtime, Objects::new(s3, address.prefix.clone())))
}

fn build(address: &Address, endpoint: Option<&str>) -> object_store::Result<AmazonS3> {
    let retry = RetryConfig {
        max_retries: 5,
        retry_timeout: Duration::from_secs(60),
        ..RetryConfig::default()
    };
    let options = ClientOptions::new()
        .with_connect_timeout(Duration::from_secs(10))
        .with_timeout(Duration::from_secs(300));
    let builder = AmazonS3Builder::from_env()
        .with_client_options(options)
        .with_bucket_name(&address.bucket)
        // Whatever the environment says: these are what the store rests on.
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        // The service compares it, and where Object Lock is on it demands one.
        .with_checksum_algorithm(Checksum::SHA256)
        .with_allow_http(endpoint.is_some_and(|endpoint| endpoint.starts_with("http://")))
        .with_retry(retry);
    match endpoint {
        Some(endpoint) => builder.with_endpoint(endpoint).build(),
        None => builder.build(),
    }
}
