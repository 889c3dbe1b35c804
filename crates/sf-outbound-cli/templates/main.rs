//! Serves the listener over HTTP.
//!
//! `LISTEN` is the address, by default 127.0.0.1:8080.
//! `SALESFORCE_ORGANIZATIONS` has the ids of the organizations that may send, with commas between them.

use axum::{Router, routing::get};
use sf_outbound::{Id, IdError};
use std::{env, error::Error};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".into());
    let organizations = organizations(&env::var("SALESFORCE_ORGANIZATIONS").unwrap_or_default())?;
    if organizations.is_empty() {
        eprintln!("SALESFORCE_ORGANIZATIONS is not set: messages of any organization are accepted");
    }
    let server = {{crate}}::server(&organizations);
    let app = Router::new()
        .route("/health", get(|| async { "good\n" }))
        .route_service("/salesforce", server);
    let socket = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}/salesforce", socket.local_addr()?);
    axum::serve(socket, app).await?;
    Ok(())
}

fn organizations(list: &str) -> Result<Vec<Id>, IdError> {
    let ids = list.split(',').map(str::trim);
    ids.filter(|id| !id.is_empty()).map(Id::new).collect()
}
